import type { StateReader } from '../predict/weights';
import type { PixelNetwork } from '../model/create';
import type { Values } from '../model/initial';
import type { Standard } from './table';

/**
 * Moves the standardisation of the features into the head's first layer, so that it takes them as they are: (x − μ) / σ · W + b
 * = x · (W / σ) + (b − μ / σ · W).
 * @param head variables, which are not changed
 */
export function withoutStandard(
  network: PixelNetwork,
  head: ReadonlyMap<string, Float32Array>,
  { mean, deviation }: Standard,
): Map<string, Float32Array> {
  const result = new Map(head);
  const kernels = network.specs.filter(({ part, kind }) => part === 'decoder' && kind === 'kernel');
  const bias = network.specs.find(({ part, kind }) => part === 'decoder' && kind === 'bias')!;
  const shifted = Float64Array.from(head.get(bias.name)!);
  let input = 0;
  for (const { name, shape } of kernels) {
    const [, , from, to] = shape as [number, number, number, number];
    const kernel = head.get(name)!.slice();
    for (let i = 0; i < from; i++, input++) {
      for (let o = 0; o < to; o++) {
        kernel[i * to + o]! /= deviation[input]!;
        shifted[o]! -= mean[input]! * kernel[i * to + o]!;
      }
    }
    result.set(name, kernel);
  }
  result.set(bias.name, Float32Array.from(shifted));
  return result;
}

/** Adds a shift to the logits of a head's classifier. @param shift [K] */
export function withPrior(head: ReadonlyMap<string, Float32Array>, shift: Float64Array): Map<string, Float32Array> {
  return new Map(head).set(
    'classifier.bias',
    head.get('classifier.bias')!.map((value, k) => value + shift[k]!),
  );
}

/** Reads a training's state of a head on a backbone that stays as it is: both networks have the same backbone. */
export function stateReader(
  backbone: Values,
  heads: Readonly<Record<'student' | 'teacher', ReadonlyMap<string, Float32Array>>>,
): StateReader {
  const valueOf = (name: string): Float32Array => {
    const slash = name.indexOf('/');
    const [role, variable] = [name.slice(0, slash), name.slice(slash + 1)];
    const value = (role === 'student' || role === 'teacher' ? heads[role].get(variable) : undefined) ?? backbone.get(variable);
    if (!value) throw new Error(`There is no ${name}`);
    return value;
  };
  return (names) => Object.fromEntries(names.map((name) => [name, valueOf(name)]));
}
