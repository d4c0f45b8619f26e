import type { AttributeValue, Edge, Graph, Literal, Node } from './graph';
import { Message } from './protobuf';

/** Version of the operations' definitions that the graphs are written against. */
const PRODUCER = 1882;
const PREDICT = 'tensorflow/serving/predict';

/** A tensor a signature takes or gives; `dtype` is a TF_DataType. */
export interface SignatureTensor {
  readonly edge: Edge;
  readonly dtype: number;
  readonly shape: readonly number[];
}

export interface Signature {
  readonly inputs: Readonly<Record<string, SignatureTensor>>;
  readonly outputs: Readonly<Record<string, SignatureTensor>>;
}

/**
 * A graph as the bytes of `saved_model.pb`, tagged `serve`.
 * @param signatures its functions, by name, as other programs see them
 * @param version of the TensorFlow that it was recorded with
 */
export function encodeSavedModel(graph: Graph, signatures: Readonly<Record<string, Signature>>, version: string): Uint8Array {
  const info = new Message().string(4, 'serve').string(5, version);
  const definition = new Message();
  for (const node of graph.nodes) definition.message(1, nodeMessage(node));
  definition.message(4, new Message().integer(1, PRODUCER));
  const meta = new Message().message(1, info).message(2, definition);
  for (const [name, signature] of Object.entries(signatures)) meta.entry(5, name, signatureMessage(signature));
  return new Message().integer(1, 1).message(2, meta).encode();
}

/** A tensor's name as TensorFlow writes it. */
export function edgeName({ node, output }: Edge): string {
  return `${node}:${output}`;
}

function nodeMessage({ name, op, inputs, after, attributes }: Node): Message {
  const message = new Message().string(1, name).string(2, op);
  for (const input of inputs) message.string(3, edgeName(input));
  for (const node of after) message.string(3, `^${node}`);
  for (const [key, value] of Object.entries(attributes)) message.entry(5, key, attributeMessage(value));
  return message;
}

function attributeMessage(attribute: AttributeValue): Message {
  const message = new Message();
  switch (attribute.kind) {
    case 'string':
      return message.string(2, attribute.value);
    case 'int':
      if (typeof attribute.value === 'number') return message.integer(3, attribute.value);
      return message.message(
        1,
        list(attribute.value, (items, value) => items.integer(3, value)),
      );
    case 'float':
      if (typeof attribute.value === 'number') return message.float(4, attribute.value);
      return message.message(
        1,
        list(attribute.value, (items, value) => items.float(4, value)),
      );
    case 'bool':
      return message.integer(5, attribute.value ? 1 : 0);
    case 'type':
      return message.integer(6, attribute.value);
    case 'shape':
      return message.message(7, shapeMessage(attribute.value));
    case 'tensor':
      return message.message(8, tensorMessage(attribute.value));
  }
}

function list(values: readonly number[], add: (items: Message, value: number) => Message): Message {
  const items = new Message();
  for (const value of values) add(items, value);
  return items;
}

function shapeMessage(shape: readonly number[]): Message {
  return list(shape, (message, side) => message.message(2, new Message().integer(1, side)));
}

function tensorMessage({ dtype, shape, content }: Literal): Message {
  return new Message().integer(1, dtype).message(2, shapeMessage(shape)).bytes(4, content);
}

function signatureMessage({ inputs, outputs }: Signature): Message {
  const message = new Message();
  for (const [name, tensor] of Object.entries(inputs)) message.entry(1, name, tensorInfo(tensor));
  for (const [name, tensor] of Object.entries(outputs)) message.entry(2, name, tensorInfo(tensor));
  return message.string(3, PREDICT);
}

function tensorInfo({ edge, dtype, shape }: SignatureTensor): Message {
  return new Message().string(1, edgeName(edge)).integer(2, dtype).message(3, shapeMessage(shape));
}
