import { DATA_TYPES, type Edge, type Literal, type Node } from '../../compile/graph';
import { edgeName } from '../../compile/saved-model';
import { type Attributes, type OnnxDocument, TYPES } from './document';

/** Types of TensorFlow as ONNX numbers them. */
const ONNX_TYPES = new Map<number, number>([
  [DATA_TYPES.float32, TYPES.float32],
  [DATA_TYPES.int32, TYPES.int32],
  [DATA_TYPES.bool, TYPES.bool],
]);

/** @param type TF_DataType */
export function onnxType(type: number): number {
  const found = ONNX_TYPES.get(type);
  if (found === undefined) throw new Error(`ONNX is not given tensors of type ${type}`);
  return found;
}

/** The names that a tensor has in the document: as TensorFlow lays it out, and, of maps, [n, C, H, W] as ONNX's convolutions want them. */
interface Layouts {
  plain?: string;
  channelsFirst?: string;
}

const TO_FIRST = [0, 3, 1, 2];
const TO_LAST = [0, 2, 3, 1];

/** A graph of TensorFlow on its way to one of ONNX. A map is only turned around where what comes next wants it otherwise. */
export class Translation {
  readonly #tensors = new Map<string, Layouts>();
  readonly #literals = new Map<string, Literal>();

  constructor(readonly document: OnnxDocument) {}

  node(op: string, inputs: readonly string[], attributes?: Attributes): string {
    return this.document.node(op, inputs, attributes);
  }

  /** The tensor as TensorFlow lays it out. */
  plain(edge: Edge): string {
    const layouts = this.#of(edge);
    layouts.plain ??= this.node('Transpose', [layouts.channelsFirst!], { perm: TO_LAST });
    return layouts.plain;
  }

  /** A map as [n, C, H, W]. */
  channelsFirst(edge: Edge): string {
    const layouts = this.#of(edge);
    layouts.channelsFirst ??= this.node('Transpose', [layouts.plain!], { perm: TO_FIRST });
    return layouts.channelsFirst;
  }

  /** Whether the tensor is there as [n, C, H, W] and not otherwise. */
  isChannelsFirst(edge: Edge): boolean {
    if (this.literal(edge)) return false;
    const { plain, channelsFirst } = this.#of(edge);
    return plain === undefined && channelsFirst !== undefined;
  }

  allPlain(edges: readonly Edge[]): string[] {
    return edges.map((edge) => this.plain(edge));
  }

  /** The tensor in whichever layout it is there. */
  asItIs(edge: Edge): string {
    return this.isChannelsFirst(edge) ? this.channelsFirst(edge) : this.plain(edge);
  }

  /** Sizes or places, int64. */
  integers(edge: Edge): string {
    const literal = this.#literals.get(edge.node);
    return literal ? this.document.integers(...numbersOf(literal)) : this.node('Cast', [this.plain(edge)], { to: TYPES.int64 });
  }

  /** Numbers of a constant, or null where it is none. */
  literal(edge: Edge): Literal | null {
    return this.#literals.get(edge.node) ?? null;
  }

  /** @throws Error when it is no constant */
  numbers(edge: Edge): number[] {
    const literal = this.#literals.get(edge.node);
    if (!literal) throw new Error(`${edgeName(edge)} is no constant`);
    return numbersOf(literal);
  }

  /** Says what a node's first output is called, as TensorFlow lays it out. */
  set({ name }: Pick<Node, 'name'>, tensor: string, output = 0): void {
    this.#tensors.set(edgeName({ node: name, output }), { plain: tensor });
  }

  /** As {@link set}, for a map [n, C, H, W]. */
  setChannelsFirst({ name }: Pick<Node, 'name'>, tensor: string): void {
    this.#tensors.set(edgeName({ node: name, output: 0 }), { channelsFirst: tensor });
  }

  /** Says what the output is called of a node that leaves the layout of its input as it is. */
  setLike(input: Edge, node: Node, tensor: string): void {
    if (this.isChannelsFirst(input)) this.setChannelsFirst(node, tensor);
    else this.set(node, tensor);
  }

  setLiteral(node: Node, literal: Literal): void {
    this.#literals.set(node.name, literal);
  }

  #of(edge: Edge): Layouts {
    const known = this.#tensors.get(edgeName(edge));
    if (known) return known;
    const literal = this.#literals.get(edge.node);
    if (!literal) throw new Error(`${edgeName(edge)} comes before it is made`);
    // Constants that never appear as they are, such as axes, are not written.
    const layouts = { plain: this.document.constant(onnxType(literal.dtype), literal.shape, literal.content) };
    this.#tensors.set(edgeName(edge), layouts);
    return layouts;
  }
}

function numbersOf({ dtype, content }: Literal): number[] {
  const own = content.slice();
  return [...(dtype === DATA_TYPES.float32 ? new Float32Array(own.buffer) : new Int32Array(own.buffer))];
}
