import type { Kind, VariableSpec } from '../network';
import type { StoredTensor } from './safetensors';

/** Where PyTorch keeps what a variable holds. */
const SUFFIXES: Readonly<Record<Exclude<Kind, 'embedding'>, string>> = {
  kernel: 'weight',
  depthwise: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  mean: 'running_mean',
  variance: 'running_var',
  scale: 'gamma',
};

/** Name of a backbone's variable in published weights: `backbone.layer1.0.bn1.mean` is `layer1.0.bn1.running_mean` there. */
export function publishedName({ name, kind }: VariableSpec): string {
  const published = name.replace(/^backbone\./, '');
  return kind === 'embedding' ? published : published.replace(/[^.]+$/, SUFFIXES[kind]);
}

/** What published networks hold beside the backbone: the layers that name an image's class, and what only pretraining needed. */
export const BESIDE = /^(fc|_fc|_conv_head|_bn1|head|classifier)\.|^mask_token$/;

/** How the kernels of a weights file are laid out: PyTorch's [O, I, h, w] (matrices [O, I]) and depthwise [C, 1, h, w], or TensorFlow's. */
export type KernelLayout = 'OIHW' | 'HWIO';

/**
 * A published tensor as the values of a variable.
 * @returns null when the shape does not fit
 */
export function valuesFor(
  { shape, kind }: Pick<VariableSpec, 'shape' | 'kind'>,
  { shape: stored, values }: StoredTensor,
  layout: KernelLayout,
): Float32Array | null {
  const isKernel = kind === 'kernel' || kind === 'depthwise';
  if (!isKernel || layout === 'HWIO') return equal(stored, shape) ? values : null;
  // A matrix is the kernel of a convolution of one pixel.
  if (shape.length === 2) return valuesFor({ shape: [1, 1, ...shape], kind }, { shape: [...stored, 1, 1], values }, layout);
  const [height, width, third, fourth] = shape as [number, number, number, number];
  // The first axis of PyTorch's layout is the outputs, which for a depthwise kernel are the channels.
  const [outputs, inputs] = kind === 'kernel' ? [fourth, third] : [third, fourth];
  if (!equal(stored, [outputs, inputs, height, width])) return null;
  const area = height * width;
  const result = new Float32Array(values.length);
  const [outputStep, inputStep] = kind === 'kernel' ? [1, outputs] : [inputs, 1];
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let at = 0; at < area; at++) {
        result[at * inputs * outputs + i * inputStep + o * outputStep] = values[(o * inputs + i) * area + at]!;
      }
    }
  }
  return result;
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((side, i) => side === b[i]);
}
