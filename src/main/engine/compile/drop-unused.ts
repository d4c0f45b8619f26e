import type { Node } from './graph';

/**
 * Leaves out what nothing that is fetched depends on: each entry reads the whole state, of which it uses a part, and TensorFlow keeps
 * several copies of every node. Placeholders stay, since all inputs are fed.
 * @param nodes of a whole graph; changed in place
 * @param fetched names of the nodes whose outputs are asked for
 */
export function dropUnused(nodes: Node[], fetched: readonly string[]): void {
  const named = new Map(nodes.map((node) => [node.name, node]));
  const used = new Set(nodes.filter(({ op }) => op === 'Placeholder').map(({ name }) => name));
  const reached = [...fetched];
  for (let name = reached.pop(); name !== undefined; name = reached.pop()) {
    if (used.has(name)) continue;
    used.add(name);
    const { inputs, after } = named.get(name)!;
    // To wait for a read is only of use where its value is used.
    reached.push(...inputs.map(({ node }) => node), ...after.filter((other) => named.get(other)!.op !== 'ReadVariableOp'));
  }
  const kept = nodes.filter(({ name }) => used.has(name));
  for (const { after } of kept) after.splice(0, after.length, ...after.filter((other) => used.has(other)));
  nodes.splice(0, nodes.length, ...kept);
}
