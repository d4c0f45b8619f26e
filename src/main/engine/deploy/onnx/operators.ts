import { type AttributeValue, type Edge, type Literal, type Node } from '../../compile/graph';
import { type Attributes, TYPES } from './document';
import { onnxType, type Translation } from './translation';

/** Writes what a node of TensorFlow does. */
export type Operator = (node: Node, to: Translation) => void;

/** As far as ONNX can count, for an end that is none. */
const END = 2 ** 31 - 1;

/** One input and one output of the same layout. */
const unary =
  (op: string, attributesOf: (node: Node) => Attributes = () => ({})): Operator =>
  (node, to) => {
    const [x] = node.inputs as [Edge];
    to.setLike(x, node, to.node(op, [to.asItIs(x)], attributesOf(node)));
  };

/** Of several inputs, element by element; beside a map [n, C, H, W] others must be maps, or constants along its channels. */
const elementwise =
  (op: string): Operator =>
  (node, to) => {
    const { inputs } = node;
    const fits = inputs.every((edge) => to.isChannelsFirst(edge) || (to.literal(edge)?.shape.length ?? 2) < 2);
    if (fits && inputs.some((edge) => to.isChannelsFirst(edge))) {
      const maps = inputs.map((edge) => (to.literal(edge)?.shape.length === 1 ? alongChannels(to.literal(edge)!, to) : to.asItIs(edge)));
      to.setChannelsFirst(node, to.node(op, maps));
    } else to.set(node, to.node(op, to.allPlain(inputs)));
  };

function alongChannels({ dtype, shape, content }: Literal, to: Translation): string {
  return to.document.constant(onnxType(dtype), [...shape, 1, 1], content);
}

/** Both kinds of convolution, kernels HWIO or [h, w, C, 1]. */
const convolution =
  (depthwise: boolean): Operator =>
  (node, to) => {
    const [x, w] = node.inputs as [Edge, Edge];
    const literal = to.literal(w);
    if (!literal) throw new Error(`The kernel of ${node.name} is no constant`);
    const [rows, columns, from, last] = literal.shape as [number, number, number, number];
    const kernel = kernelFirst(literal, depthwise);
    const strides = ints(node, 'strides').slice(1, 3);
    const dilations = ints(node, 'dilations').slice(1, 3);
    const weights = to.document.constant(TYPES.float32, depthwise ? [from, 1, rows, columns] : [last, from, rows, columns], kernel);
    const attributes = { kernel_shape: [rows, columns], strides, dilations, group: depthwise ? from : 1 };
    to.setChannelsFirst(
      node,
      to.node('Conv', [to.channelsFirst(x), weights], { ...attributes, ...paddingOf(node, [rows, columns], strides, dilations) }),
    );
  };

/** A kernel of TensorFlow in the order of ONNX: OIHW. */
function kernelFirst({ shape, content }: Literal, depthwise: boolean): Uint8Array {
  const [rows, columns, from, last] = shape as [number, number, number, number];
  const values = new Float32Array(content.slice().buffer);
  const turned = new Float32Array(values.length);
  const taps = rows * columns;
  for (let tap = 0; tap < taps; tap++) {
    for (let i = 0; i < from; i++) {
      for (let o = 0; o < last; o++) {
        const place = depthwise ? i * last + o : o * from + i;
        turned[place * taps + tap] = values[(tap * from + i) * last + o]!;
      }
    }
  }
  return new Uint8Array(turned.buffer);
}

function paddingOf(node: Node, taps: readonly number[], strides: readonly number[], dilations: readonly number[]): Attributes {
  const padding = attribute(node, 'padding', 'string');
  if (padding === 'VALID') return {};
  if (padding === 'EXPLICIT') {
    const pads = ints(node, 'explicit_paddings');
    return { pads: [pads[2]!, pads[4]!, pads[3]!, pads[5]!] };
  }
  // At stride 1 it does not depend on the size of the map, and a dilated one must not say SAME.
  if (strides.every((stride) => stride === 1)) {
    const around = taps.map((count, axis) => (count - 1) * dilations[axis]!);
    const [before, after] = [around.map((each) => Math.floor(each / 2)), around.map((each) => Math.ceil(each / 2))];
    return { pads: [...before, ...after] };
  }
  return { auto_pad: 'SAME_UPPER' };
}

/** Over given axes, with the sides kept or not. */
const reduction =
  (op: string, axesAsInput = false): Operator =>
  (node, to) => {
    const [x, axes] = node.inputs as [Edge, Edge];
    const given = to.numbers(axes);
    const keeps = attribute(node, 'keep_dims', 'bool');
    const first = keeps && to.isChannelsFirst(x);
    const along = first ? given.map((axis) => [0, 2, 3, 1][axis]!) : given;
    const attributes = { keepdims: keeps ? 1 : 0 };
    const input = first ? to.channelsFirst(x) : to.plain(x);
    const result = axesAsInput
      ? to.node(op, [input, to.document.integers(...along)], attributes)
      : to.node(op, [input], { ...attributes, axes: along });
    if (first) to.setChannelsFirst(node, result);
    else to.set(node, result);
  };

const plain =
  (op: string, attributesOf: (node: Node) => Attributes = () => ({})): Operator =>
  (node, to) =>
    to.set(node, to.node(op, to.allPlain(node.inputs), attributesOf(node)));

const matrixProduct =
  (turnsFirst: string, turnsSecond: string): Operator =>
  (node, to) => {
    if (attribute(node, turnsFirst, 'bool')) throw new Error(`${node.name} turns its first matrix`);
    const [a, b] = node.inputs as [Edge, Edge];
    // Only ever the keys of an attention, [n, N, d].
    const second = attribute(node, turnsSecond, 'bool') ? to.node('Transpose', [to.plain(b)], { perm: [0, 2, 1] }) : to.plain(b);
    to.set(node, to.node('MatMul', [to.plain(a), second]));
  };

/** Each operation that recorded networks consist of. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  Const: (node, to) => to.setLiteral(node, attribute(node, 'value', 'tensor')),
  Conv2D: convolution(false),
  DepthwiseConv2dNative: convolution(true),
  BiasAdd: elementwise('Add'),
  Add: elementwise('Add'),
  Sub: elementwise('Sub'),
  Mul: elementwise('Mul'),
  RealDiv: elementwise('Div'),
  // Of what is not negative.
  FloorDiv: elementwise('Div'),
  Minimum: elementwise('Min'),
  Maximum: elementwise('Max'),
  AddN: elementwise('Sum'),
  Relu: unary('Relu'),
  Relu6: (node, to) => {
    const [x] = node.inputs as [Edge];
    const [least, most] = [0, 6].map((limit) => to.document.constant(TYPES.float32, [], new Uint8Array(Float32Array.of(limit).buffer)));
    to.setLike(x, node, to.node('Clip', [to.asItIs(x), least!, most!]));
  },
  Abs: unary('Abs'),
  Floor: unary('Floor'),
  Erf: unary('Erf'),
  Identity: unary('Identity'),
  Square: (node, to) => {
    const x = to.plain(node.inputs[0]!);
    to.set(node, to.node('Mul', [x, x]));
  },
  Rsqrt: (node, to) => to.set(node, to.node('Reciprocal', [to.node('Sqrt', [to.plain(node.inputs[0]!)])])),
  Cast: unary('Cast', (node) => ({ to: onnxType(attribute(node, 'DstT', 'type')) })),
  Equal: plain('Equal'),
  NotEqual: (node, to) => to.set(node, to.node('Not', [to.node('Equal', to.allPlain(node.inputs))])),
  LessEqual: plain('LessOrEqual'),
  LogicalOr: plain('Or'),
  Range: plain('Range'),
  Mean: reduction('ReduceMean'),
  Sum: reduction('ReduceSum', true),
  Softmax: plain('Softmax', () => ({ axis: -1 })),
  MatMul: matrixProduct('transpose_a', 'transpose_b'),
  BatchMatMulV2: matrixProduct('adj_x', 'adj_y'),
  ArgMax: (node, to) => {
    const [x, axis] = node.inputs as [Edge, Edge];
    const [along] = to.numbers(axis) as [number];
    const first = to.isChannelsFirst(x) && along === 3;
    const found = to.node('ArgMax', [first ? to.channelsFirst(x) : to.plain(x)], { axis: first ? 1 : along, keepdims: 0 });
    to.set(node, to.node('Cast', [found], { to: TYPES.int32 }));
  },
  ResizeBilinear: (node, to) => {
    if (!attribute(node, 'half_pixel_centers', 'bool')) throw new Error(`${node.name} aligns corners`);
    const [x, size] = node.inputs as [Edge, Edge];
    const map = to.channelsFirst(x);
    const outer = to.node('Slice', [to.node('Shape', [map]), to.document.integers(0), to.document.integers(2)]);
    const sizes = to.node('Concat', [outer, to.integers(size)], { axis: 0 });
    const attributes = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
    to.setChannelsFirst(node, to.node('Resize', [map, '', '', sizes], attributes));
  },
  MaxPool: (node, to) => {
    const [taps, strides] = [ints(node, 'ksize').slice(1, 3), ints(node, 'strides').slice(1, 3)];
    const attributes = { kernel_shape: taps, strides, ...paddingOf(node, taps, strides, [1, 1]) };
    to.setChannelsFirst(node, to.node('MaxPool', [to.channelsFirst(node.inputs[0]!)], attributes));
  },
  PadV2: (node, to) => {
    const [x, margins, value] = node.inputs as [Edge, Edge, Edge];
    const around = to.numbers(margins);
    const [before, after] = [0, 1].map((side) => around.filter((_, i) => i % 2 === side));
    to.set(node, to.node('Pad', [to.plain(x), to.document.integers(...before!, ...after!), to.plain(value)]));
  },
  ConcatV2: (node, to) => {
    const parts = node.inputs.slice(0, -1);
    const [axis] = to.numbers(node.inputs.at(-1)!) as [number];
    // Along the channels of maps.
    if (axis === 3)
      to.setChannelsFirst(
        node,
        to.node(
          'Concat',
          parts.map((edge) => to.channelsFirst(edge)),
          { axis: 1 },
        ),
      );
    else to.set(node, to.node('Concat', to.allPlain(parts), { axis }));
  },
  Split: (node, to) => {
    const [axis, x] = node.inputs as [Edge, Edge];
    const parts = to.document.nodes('Split', [to.plain(x)], { axis: to.numbers(axis)[0]! }, attribute(node, 'num_split', 'int') as number);
    parts.forEach((part, output) => to.set(node, part, output));
  },
  Shape: (node, to) => {
    const [x] = node.inputs as [Edge];
    const sides = to.isChannelsFirst(x)
      ? to.node('Gather', [to.node('Shape', [to.channelsFirst(x)]), to.document.integers(0, 2, 3, 1)])
      : to.node('Shape', [to.plain(x)]);
    to.set(node, to.node('Cast', [sides], { to: TYPES.int32 }));
  },
  Slice: (node, to) => {
    const [x, begin, size] = node.inputs as [Edge, Edge, Edge];
    const starts = to.numbers(begin);
    const known = to.literal(size) && to.numbers(size);
    const ends = known
      ? to.document.integers(...known.map((count, axis) => (count === -1 ? END : starts[axis]! + count)))
      : to.node('Add', [to.document.integers(...starts), to.integers(size)]);
    to.set(node, to.node('Slice', [to.plain(x), to.document.integers(...starts), ends]));
  },
  Reshape: (node, to) => to.set(node, to.node('Reshape', [to.plain(node.inputs[0]!), to.integers(node.inputs[1]!)])),
  ExpandDims: (node, to) =>
    to.set(node, to.node('Unsqueeze', [to.plain(node.inputs[0]!), to.document.integers(...to.numbers(node.inputs[1]!))])),
  BroadcastTo: (node, to) => to.set(node, to.node('Expand', [to.plain(node.inputs[0]!), to.integers(node.inputs[1]!)])),
  GatherV2: (node, to) => {
    const [x, indices, axis] = node.inputs as [Edge, Edge, Edge];
    to.set(node, to.node('Gather', [to.plain(x), to.plain(indices)], { axis: to.numbers(axis)[0]! }));
  },
};

function ints(node: Node, name: string): readonly number[] {
  const value = attribute(node, name, 'int');
  return typeof value === 'number' ? [value] : value;
}

type Kind = AttributeValue['kind'];
type Values = { readonly [K in Kind]: Extract<AttributeValue, { kind: K }>['value'] };

/** @throws Error when the node has none of the kind */
function attribute<K extends Kind>({ op, name: node, attributes }: Node, name: string, kind: K): Values[K] {
  const found = attributes[name];
  if (found?.kind !== kind) throw new Error(`${op} ${node} has no ${kind} ${name}`);
  return found.value as Values[K];
}
