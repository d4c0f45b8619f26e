import type { Node } from './graph';

/** Operations that only move numbers to another place. */
const MOVES: readonly string[] = ['Pad', 'PadV2', 'Slice', 'ConcatV2', 'Reshape'];

/**
 * Makes copies of what the forward pass keeps for the gradient (the shifted inputs of a convolution) wait for the backward pass, since
 * TensorFlow starts whatever can be computed and holds it until it is used. A copy waits for what all its users need besides it, the
 * last of that, if it was recorded before the copy itself.
 * @param nodes in an order in which each comes after its inputs; changed in place
 */
export function delayMoves(nodes: readonly Node[]): void {
  const position = new Map(nodes.map(({ name }, i) => [name, i]));
  const users = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const { node: input } of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);
  }
  const early = stateOnly(nodes);
  const awaited = new Map<string, readonly string[]>();
  for (const node of nodes.toReversed()) {
    if (!MOVES.includes(node.op) || early.has(node.name)) continue;
    const needs = (users.get(node.name) ?? []).map((user) =>
      [...user.inputs.map((input) => input.node), ...(awaited.get(user.name) ?? [])].flatMap((name) => knownBefore(name, node)),
    );
    const common = (needs[0] ?? []).filter((name) => needs.every((names) => names.includes(name)));
    awaited.set(node.name, common);
    const last = common.toSorted((a, b) => position.get(b)! - position.get(a)!)[0];
    if (last !== undefined && !leadsTo(last, node)) node.after.push(last);
  }

  /** A tensor recorded before a node; for a copy recorded later, what it was copied from. */
  function knownBefore(name: string, node: Node): string[] {
    if (early.has(name) || name === node.name) return [];
    if (position.get(name)! < position.get(node.name)!) return [name];
    const later = nodes[position.get(name)!]!;
    return MOVES.includes(later.op) ? later.inputs.flatMap((input) => knownBefore(input.node, node)) : [];
  }

  function leadsTo(name: string, node: Node, seen = new Set<string>()): boolean {
    const from = position.get(name)!;
    return node.inputs.some((input) => {
      if (input.node === name) return true;
      if (seen.has(input.node) || position.get(input.node)! < from) return false;
      seen.add(input.node);
      return leadsTo(name, nodes[position.get(input.node)!]!, seen);
    });
  }
}

/** Names of the nodes that depend on the state and constants alone, whose order other work on them may have changed. */
function stateOnly(nodes: readonly Node[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name, op, inputs } of nodes) {
    if (op !== 'Placeholder' && inputs.every(({ node }) => names.has(node))) names.add(name);
  }
  return names;
}
