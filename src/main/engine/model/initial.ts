import { sizeOf } from '../compile/program';
import { RandomStream } from '@shared/random';
import type { VariableSpec } from './network';

/** Of what tokens begin with. */
const EMBEDDING_DEVIATION = 0.02;

/** Values of a network's variables by name, in row-major order. */
export type VariableValues = Map<string, Float32Array>;

/**
 * Initial values: He's normal for the backbone (which pretrained weights then replace), PyTorch's defaults for the new
 * layers (uniform within ±1/√fan-in), identity for batch normalisation. Each variable draws from a stream of its own.
 * All lie in one piece of memory, which goes back to the system when they are no longer held; many small ones would not.
 */
export function initialValues(specs: readonly VariableSpec[], seed: number): VariableValues {
  const shapes = new Map(specs.map(({ name, shape }) => [name, shape]));
  const all = new Float32Array(specs.reduce((sum, spec) => sum + sizeOf(spec), 0));
  let end = 0;
  return new Map(
    specs.map((spec) => {
      const values = all.subarray(end, (end += sizeOf(spec)));
      fill(values, spec, shapes, new RandomStream(seed, 'initial', spec.name));
      return [spec.name, values];
    }),
  );
}

function fill(
  values: Float32Array,
  { name, shape, kind, part }: VariableSpec,
  shapes: ReadonlyMap<string, readonly number[]>,
  random: RandomStream,
): void {
  const draw = (next: () => number): void => values.forEach((_, i) => (values[i] = next()));
  const uniform = (bound: number): void => draw(() => random.uniform(-bound, bound));
  switch (kind) {
    case 'gamma':
    case 'variance':
    case 'scale':
      values.fill(1);
      break;
    case 'beta':
    case 'mean':
      break;
    case 'embedding':
      draw(() => EMBEDDING_DEVIATION * random.normal());
      break;
    case 'kernel':
    case 'depthwise': {
      const inputs = fanIn(shape, kind);
      if (part === 'backbone') draw(() => Math.sqrt(2 / inputs) * random.normal());
      else uniform(1 / Math.sqrt(inputs));
      break;
    }
    case 'bias':
      uniform(1 / Math.sqrt(fanIn(shapes.get(name.replace(/bias$/, 'kernel'))!, 'kernel')));
      break;
  }
}

/** Inputs of one output of a convolution or a matrix. */
function fanIn(shape: readonly number[], kind: 'kernel' | 'depthwise'): number {
  return sizeOf({ shape: shape.slice(0, kind === 'depthwise' ? 2 : -1) });
}
