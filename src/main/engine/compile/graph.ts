import { createHash } from 'node:crypto';
import { sizeOf } from './program';

/** A tensor of a graph: the node that makes it and which of the node's outputs it is. */
export interface Edge {
  readonly node: string;
  readonly output: number;
}

/** TF_DataType of the types in use. */
export const DATA_TYPES = { float32: 1, int32: 3, bool: 10, resource: 20 } as const;

/** From here on it is worth while to write a constant of equal numbers in another way. */
const LARGE_BYTES = 1024;

/** A constant of the graph; `dtype` is a TF_DataType. */
export interface Literal {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly content: Uint8Array;
}

/** The kinds of attribute a node may have. */
export type AttributeValue =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'int'; readonly value: number | readonly number[] }
  | { readonly kind: 'float'; readonly value: number | readonly number[] }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'type'; readonly value: number }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: Literal };

export interface Node {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly Edge[];
  /** Nodes that must have run before this one. */
  readonly after: string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** A TensorFlow graph while it is put together. */
export class Graph {
  readonly nodes: Node[] = [];
  readonly #constants = new Map<string, Edge>();

  /** Adds a node of a name that is not yet taken. @returns its first output */
  add(name: string, op: string, inputs: readonly Edge[], attributes: Node['attributes'], after: string[] = []): Edge {
    this.nodes.push({ name, op, inputs, attributes, after });
    return { node: name, output: 0 };
  }

  /**
   * @param fills whether a large constant of equal numbers is filled when it is needed, since TensorFlow copies constants
   */
  constructor(private readonly fills = true) {}

  /** A constant; equal ones are kept once. */
  constant(literal: Literal): Edge {
    const { dtype, shape, content } = literal;
    if (this.fills && content.length > LARGE_BYTES && shape.length > 0) {
      const item = content.subarray(0, content.length / sizeOf(literal));
      if (content.every((byte, i) => byte === item[i % item.length])) return this.#filled(dtype, shape, item);
    }
    const key = `${dtype} ${shape.join()} ${createHash('sha256').update(content).digest('base64')}`;
    const known = this.#constants.get(key);
    if (known) return known;
    const edge = this.add(`constant/${this.#constants.size}`, 'Const', [], {
      dtype: { kind: 'type', value: literal.dtype },
      value: { kind: 'tensor', value: literal },
    });
    this.#constants.set(key, edge);
    return edge;
  }

  #filled(dtype: number, shape: readonly number[], item: Uint8Array): Edge {
    const sides = Int32Array.from(shape);
    const dims = this.constant({ dtype: DATA_TYPES.int32, shape: [shape.length], content: new Uint8Array(sides.buffer) });
    const attributes = { T: { kind: 'type', value: dtype }, index_type: { kind: 'type', value: DATA_TYPES.int32 } } as const;
    return this.add(`filled/${this.nodes.length}`, 'Fill', [dims, this.constant({ dtype, shape: [], content: item })], attributes);
  }
}
