import type { Node } from './graph';

/**
 * Makes work on the state alone wait until its result is needed. Products of weights with constants (folded, masked or decayed kernels)
 * could be computed at once, so TensorFlow would, for all layers, and hold them until each layer's turn. Here each waits for the other
 * input of the first node that uses it.
 * @param nodes in an order in which each comes after its inputs; changed in place
 */
export function delayEarlyWork(nodes: readonly Node[]): void {
  const sources = new Set<string>();
  const early = new Map<string, Node>();

  /** An early node waits with all that only it had needed so far, so none of it can be something that `after` depends on. */
  function delay(name: string, after: string): void {
    const node = early.get(name);
    if (!node) return;
    early.delete(name);
    node.after.push(after);
    for (const input of node.inputs) delay(input.node, after);
  }

  for (const node of nodes) {
    if (isSource(node)) {
      sources.add(node.name);
      continue;
    }
    const late = node.inputs.find((input) => !sources.has(input.node) && !early.has(input.node));
    if (late) for (const input of node.inputs) delay(input.node, late.node);
    else if (node.inputs.length > 0) early.set(node.name, node);
  }
}

/** Constants, variables, and scalar inputs, such as a rate. */
function isSource({ op, inputs, attributes }: Node): boolean {
  if (op === 'Placeholder') return attributes['shape']?.kind === 'shape' && attributes['shape'].value.length === 0;
  return inputs.length === 0 || op === 'ReadVariableOp';
}
