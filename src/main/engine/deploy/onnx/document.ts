import { Message } from '../../compile/protobuf';

/** TensorProto.DataType. */
export const TYPES = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;

/** IR version of the format that came with opset 17. */
const IR_VERSION = 8;
const OPSET = 17;
/** AttributeProto.AttributeType. */
const [FLOAT, INT, STRING, INTS] = [1, 2, 3, 7];

/** Attributes of a node; a float is told from an integer by its wrapping. */
export type Attributes = Readonly<Record<string, number | string | readonly number[] | { readonly float: number }>>;

/** A tensor that goes in or comes out; a side that may be any has a name instead. */
export interface Port {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly (number | string)[];
}

/** A graph of ONNX while it is put together. */
export class OnnxDocument {
  readonly #nodes: Message[] = [];
  readonly #constants: Message[] = [];
  readonly #known = new Map<string, string>();
  #count = 0;

  /** Adds a node. @returns the names of its outputs */
  nodes(op: string, inputs: readonly string[], attributes: Attributes, outputs: number): string[] {
    const names = Array.from({ length: outputs }, (_, i) => `${op.toLowerCase()}_${this.#count}${outputs > 1 ? `_${i}` : ''}`);
    this.named(op, inputs, names, attributes);
    return names;
  }

  /** As {@link nodes}, for a node of one output. */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.nodes(op, inputs, attributes, 1)[0]!;
  }

  /** Adds a node whose outputs have these names. */
  named(op: string, inputs: readonly string[], outputs: readonly string[], attributes: Attributes = {}): void {
    const message = new Message();
    for (const input of inputs) message.string(1, input);
    for (const output of outputs) message.string(2, output);
    message.string(3, `${op}_${this.#count++}`).string(4, op);
    for (const [name, value] of Object.entries(attributes)) message.message(5, attributeMessage(name, value));
    this.#nodes.push(message);
  }

  /** A constant from the bytes of its numbers. */
  constant(type: number, shape: readonly number[], content: Uint8Array): string {
    const name = `constant_${this.#constants.length}`;
    const message = new Message();
    for (const side of shape) message.integer(1, side);
    this.#constants.push(message.integer(2, type).string(8, name).bytes(9, content));
    return name;
  }

  /** Sizes, places or axes: a constant int64 [n], equal ones kept once. */
  integers(...values: readonly number[]): string {
    const key = values.join();
    const known = this.#known.get(key) ?? this.constant(TYPES.int64, [values.length], bytesOf(BigInt64Array.from(values, BigInt)));
    this.#known.set(key, known);
    return known;
  }

  /**
   * The bytes of an .onnx file.
   * @param metadata what the file says of itself, by keys
   */
  encode(name: string, inputs: readonly Port[], outputs: readonly Port[], metadata: Readonly<Record<string, string>>): Uint8Array {
    const graph = new Message();
    for (const node of this.#nodes) graph.message(1, node);
    graph.string(2, name);
    for (const constant of this.#constants) graph.message(5, constant);
    for (const input of inputs) graph.message(11, portMessage(input));
    for (const output of outputs) graph.message(12, portMessage(output));
    const model = new Message().integer(1, IR_VERSION).string(2, 'Espalier').message(7, graph);
    model.message(8, new Message().string(1, '').integer(2, OPSET));
    for (const [key, value] of Object.entries(metadata)) model.message(14, new Message().string(1, key).string(2, value));
    return model.encode();
  }
}

function attributeMessage(name: string, value: Attributes[string]): Message {
  const message = new Message().string(1, name);
  if (typeof value === 'number') return message.integer(3, value).integer(20, INT);
  if (typeof value === 'string') return message.string(4, value).integer(20, STRING);
  if ('float' in value) return message.float(2, value.float).integer(20, FLOAT);
  for (const each of value) message.integer(8, each);
  return message.integer(20, INTS);
}

function portMessage({ name, type, shape }: Port): Message {
  const sides = new Message();
  for (const side of shape) {
    sides.message(1, typeof side === 'string' ? new Message().string(2, side) : new Message().integer(1, side));
  }
  return new Message().string(1, name).message(2, new Message().message(1, new Message().integer(1, type).message(2, sides)));
}

function bytesOf({ buffer, byteOffset, byteLength }: BigInt64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
