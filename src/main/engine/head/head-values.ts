import type { PixelNetwork } from '../model/create';
import type { VariableValues } from '../model/initial';
import type { VariableSpec } from '../model/network';
import type { StateReader } from '../predict/weights';
import type { Basis } from './basis';
import { FIRST_BIAS, FIRST_KERNEL } from '../model/head-network';

/** The variables of a network that are its head's. */
function headSpecs({ specs }: PixelNetwork): VariableSpec[] {
  return specs.filter(({ part }) => part !== 'backbone');
}

/**
 * A trained head as a part of the network, taking features as they are: (x − μ) / σ · V · W + b = x · A + (b − μ · A), where
 * A = V · W / σ.
 * @param head variables of a `HeadNetwork` on the components V of a basis
 * @returns variables of the network's head
 */
export function unfolded(network: PixelNetwork, head: ReadonlyMap<string, Float32Array>, basis: Basis): Map<string, Float32Array> {
  const { mean, deviation, directions, components } = basis;
  const own = (name: string): Float32Array => {
    const values = head.get(name);
    if (!values) throw new Error(`The head has no ${name}`);
    return values;
  };
  const [first, bias] = [own(FIRST_KERNEL), Float64Array.from(own(FIRST_BIAS))];
  const result = new Map<string, Float32Array>();
  let input = 0;
  for (const { name, shape, kind, part } of headSpecs(network)) {
    if (part !== 'decoder') {
      result.set(name, own(name));
    } else if (kind === 'kernel') {
      const [from, to] = [shape[2]!, shape[3]!];
      const kernel = new Float32Array(from * to);
      for (let i = 0; i < from; i++, input++) {
        const sums = new Float64Array(to);
        for (let c = 0; c < components; c++) {
          const share = directions[input * components + c]! / deviation[input]!;
          for (let o = 0; o < to; o++) sums[o]! += share * first[c * to + o]!;
        }
        kernel.set(sums, i * to);
        for (let o = 0; o < to; o++) bias[o]! -= mean[input]! * sums[o]!;
      }
      result.set(name, kernel);
    }
  }
  const { name } = headSpecs(network).find(({ part, kind }) => part === 'decoder' && kind === 'bias')!;
  return result.set(name, Float32Array.from(bias));
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
  backbone: VariableValues,
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
