import { type AttributeValue, DATA_TYPES, type Literal } from '../compile/graph';
import { edgeName } from '../compile/saved-model';
import type { FrozenGraph } from './freeze';

/** The file of weights, beside `model.json`. */
export const WEIGHTS_FILE = 'weights.bin';

const NAMES = new Map<number, string>([
  [DATA_TYPES.float32, 'DT_FLOAT'],
  [DATA_TYPES.int32, 'DT_INT32'],
  [DATA_TYPES.bool, 'DT_BOOL'],
]);
const ELEMENTS = new Map<number, string>([
  [DATA_TYPES.float32, 'float32'],
  [DATA_TYPES.int32, 'int32'],
  [DATA_TYPES.bool, 'bool'],
]);

/**
 * A frozen graph as a graph model of TensorFlow.js.
 * @param metadata what the model says of itself, by keys
 * @returns the text of `model.json`, and the bytes of the file of weights that it names
 */
export function encodeGraphModel(
  { graph, signature }: FrozenGraph,
  metadata: Readonly<Record<string, string>>,
): { model: string; weights: Uint8Array } {
  const literals = graph.nodes.flatMap(({ name, attributes }) => {
    const value = attributes['value'];
    return value?.kind === 'tensor' ? [{ name, literal: value.value }] : [];
  });
  const nodes = graph.nodes.map(({ name, op, inputs, attributes }) => ({
    name,
    op,
    input: inputs.map(({ node, output }) => (output === 0 ? node : `${node}:${output}`)),
    // Values of constants are among the weights.
    attr: Object.fromEntries(
      Object.entries(attributes).flatMap(([key, value]) => (value.kind === 'tensor' ? [] : [[key, attributeOf(value)]])),
    ),
  }));
  const model = {
    format: 'graph-model',
    generatedBy: 'Espalier',
    convertedBy: null,
    signature: { inputs: tensorsOf(signature.inputs), outputs: tensorsOf(signature.outputs) },
    userDefinedMetadata: metadata,
    modelTopology: { node: nodes, library: {}, versions: { producer: 1882 } },
    weightsManifest: [{ paths: [WEIGHTS_FILE], weights: literals.map(({ name, literal }) => weightOf(name, literal)) }],
  };
  return { model: JSON.stringify(model), weights: Buffer.concat(literals.map(({ literal }) => literal.content)) };
}

function weightOf(name: string, { shape, dtype }: Literal): object {
  return { name, shape, dtype: ELEMENTS.get(dtype) };
}

function tensorsOf(tensors: FrozenGraph['signature']['inputs']): object {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { edge, dtype, shape }]) => [
      name,
      { name: edgeName(edge), dtype: NAMES.get(dtype), tensorShape: { dim: shape.map((side) => ({ size: String(side) })) } },
    ]),
  );
}

/** An attribute as the JSON of protocol buffers has it. */
function attributeOf(attribute: AttributeValue): object {
  switch (attribute.kind) {
    case 'string':
      return { s: Buffer.from(attribute.value).toString('base64') };
    case 'int':
      return typeof attribute.value === 'number' ? { i: String(attribute.value) } : { list: { i: attribute.value.map(String) } };
    case 'float':
      return typeof attribute.value === 'number' ? { f: attribute.value } : { list: { f: attribute.value } };
    case 'bool':
      return { b: attribute.value };
    case 'type':
      return { type: NAMES.get(attribute.value) };
    case 'shape':
      return { shape: { dim: attribute.value.map((side) => ({ size: String(side) })) } };
    case 'tensor':
      throw new Error('the value of a constant is among the weights');
  }
}
