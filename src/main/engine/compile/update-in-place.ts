import type { Edge, Node } from './graph';

const ATTRIBUTES: Node['attributes'] = { T: { kind: 'type', value: 1 }, use_locking: { kind: 'bool', value: false } };

/** w ← w − change · rate, as it was recorded. */
interface Descent {
  readonly change: Edge;
  readonly rate: Edge;
}

/** v ← v · momentum + gradient, where the new v is the change of a descent. */
interface Momentum {
  readonly velocity: Edge;
  readonly gradient: Edge;
  readonly momentum: Edge;
  readonly assign: Node;
}

/**
 * Lets TensorFlow's kernels of gradient descent and momentum change variables where they lie, in one pass over memory, where the
 * recorded operations make a tensor each and a second copy of the variable. Nodes keep their names: what used a new value now reads
 * it from the variable.
 * @param nodes of a whole graph; changed in place
 */
export function updateInPlace(nodes: Node[]): void {
  const named = new Map(nodes.map((node) => [node.name, node]));
  const assigns = nodes.filter(({ op }) => op === 'AssignVariableOp');
  const assignOf = new Map(assigns.map((assign) => [assign.inputs[1]!.node, assign]));
  const changed = new Map<string, Node>();
  for (const assign of assigns) {
    const [handle, value] = assign.inputs as [Edge, Edge];
    const descent = descentOf(handle, value);
    if (!descent) continue;
    const { change, rate } = descent;
    const moved = momentumOf(change);
    if (moved) {
      const { velocity, gradient, momentum } = moved;
      const after = [...assign.after, ...moved.assign.after];
      replace(assign.name, 'ResourceApplyMomentum', [handle, velocity, rate, gradient, momentum], ATTRIBUTES, after);
      replace(moved.assign.name, 'NoOp', [], {}, [assign.name]);
      replace(change.node, 'ReadVariableOp', [velocity], moved.assign.attributes, [assign.name]);
    } else {
      replace(assign.name, 'ResourceApplyGradientDescent', [handle, rate, change], ATTRIBUTES, assign.after);
    }
    replace(value.node, 'ReadVariableOp', [handle], assign.attributes, [assign.name]);
  }
  nodes.forEach(({ name }, i) => (nodes[i] = changed.get(name) ?? nodes[i]!));

  function replace(name: string, op: string, inputs: readonly Edge[], attributes: Node['attributes'], after: string[]): void {
    changed.set(name, { name, op, inputs, attributes, after });
  }

  function descentOf(handle: Edge, value: Edge): Descent | null {
    const [before, step] = inputsOf(value, 'Sub');
    const [change, rate] = inputsOf(step, 'Mul');
    const [variable] = inputsOf(before, 'ReadVariableOp');
    return change && rate && variable?.node === handle.node && isScalar(rate) ? { change, rate } : null;
  }

  function momentumOf(change: Edge): Momentum | null {
    const [kept, gradient] = inputsOf(change, 'Add');
    const [before, momentum] = inputsOf(kept, 'Mul');
    const [velocity] = inputsOf(before, 'ReadVariableOp');
    const assign = assignOf.get(change.node);
    if (!gradient || !momentum || !velocity || assign?.inputs[0]?.node !== velocity.node || !isScalar(momentum)) return null;
    return { velocity, gradient, momentum, assign };
  }

  /** Inputs of the node that makes a tensor, none where that is not an `op`. */
  function inputsOf(edge: Edge | undefined, op: string): readonly Edge[] {
    const node = edge && named.get(edge.node);
    return node?.op === op ? node.inputs : [];
  }

  function isScalar({ node }: Edge): boolean {
    const { op, inputs, attributes } = named.get(node)!;
    if (op === 'Placeholder') return attributes['shape']?.kind === 'shape' && attributes['shape'].value.length === 0;
    if (op === 'Const') return attributes['value']?.kind === 'tensor' && attributes['value'].value.shape.length === 0;
    return ['Add', 'Sub', 'Mul'].includes(op) && inputs.every(isScalar);
  }
}
