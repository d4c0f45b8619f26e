import { RandomStream } from '../data/random';
import type { VariableSpec } from './network';

/** Values of a network's variables by name, in row-major order. */
export type Values = Map<string, Float32Array>;

/**
 * Initial values: He's normal for the backbone (which pretrained weights then replace), PyTorch's defaults for the new
 * layers (uniform within ±1/√fan-in), identity for batch normalisation. Each variable draws from a stream of its own.
 */
export function initialValues(specs: readonly VariableSpec[], seed: number): Values {
  const shapes = new Map(specs.map(({ name, shape }) => [name, shape]));
  return new Map(specs.map((spec) => [spec.name, initialValue(spec, shapes, new RandomStream(seed, 'initial', spec.name))]));
}

function initialValue(
  { name, shape, kind, part }: VariableSpec,
  shapes: ReadonlyMap<string, readonly number[]>,
  random: RandomStream,
): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  switch (kind) {
    case 'gamma':
    case 'variance':
      return values.fill(1);
    case 'beta':
    case 'mean':
      return values;
    case 'kernel':
    case 'depthwise': {
      if (part !== 'backbone') return uniform(values, 1 / Math.sqrt(fanIn(shape, kind)), random);
      const deviation = Math.sqrt(2 / fanIn(shape, kind));
      return values.map(() => deviation * random.normal());
    }
    case 'bias':
      return uniform(values, 1 / Math.sqrt(fanIn(shapes.get(name.replace(/bias$/, 'kernel'))!, 'kernel')), random);
  }
}

/** Inputs of one output of a convolution. */
function fanIn([height, width, channels]: readonly number[], kind: 'kernel' | 'depthwise'): number {
  return height! * width! * (kind === 'depthwise' ? 1 : channels!);
}

function uniform(values: Float32Array, bound: number, random: RandomStream): Float32Array {
  return values.map(() => random.uniform(-bound, bound));
}
