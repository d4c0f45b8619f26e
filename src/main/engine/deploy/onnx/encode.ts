import type { Graph } from '../../compile/graph';
import type { Signature } from '../../compile/saved-model';
import { OnnxDocument, type Port } from './document';
import { OPERATORS } from './operators';
import { onnxType, Translation } from './translation';

/** Names of sides that may be any. */
const SIDES = ['images', 'height', 'width', 'channels'] as const;

/**
 * A graph without variables as the bytes of an .onnx file, opset 17.
 * @param metadata what the file says of itself, by keys
 */
export function encodeOnnx(graph: Graph, signature: Signature, metadata: Readonly<Record<string, string>>): Uint8Array {
  const document = new OnnxDocument();
  const translation = new Translation(document);
  for (const [name, { edge }] of Object.entries(signature.inputs)) translation.set({ name: edge.node }, name);
  for (const node of graph.nodes) {
    if (node.op === 'Placeholder') continue;
    const operator = OPERATORS[node.op];
    if (!operator) throw new Error(`${node.op} cannot be written as ONNX`);
    operator(node, translation);
  }
  const ports = (tensors: typeof signature.inputs, prefix: string): Port[] =>
    Object.entries(tensors).map(([name, { dtype, shape }]) => ({
      name,
      type: onnxType(dtype),
      shape: shape.map((side, axis) => (side === -1 ? `${prefix}${SIDES[axis]!}` : side)),
    }));
  for (const [name, { edge }] of Object.entries(signature.outputs)) {
    document.named('Identity', [translation.plain(edge)], [name]);
  }
  // Logits have other sides than the image; other outputs have its own.
  const own = 'logits' in signature.outputs ? 'cells_' : '';
  return document.encode('espalier', ports(signature.inputs, ''), ports(signature.outputs, own), metadata);
}
