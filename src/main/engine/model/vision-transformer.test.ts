import * as tf from '@tensorflow/tfjs-core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { sizeOf } from '../compile/program';
import { load } from '../compile/load';
import { record } from '../compile/record';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import { hashed } from '../testing/hashed';
import values from './golden/vision_transformer.json';
import type { Lookup, VariableSpec } from './network';
import { visionTransformer } from './vision-transformer';

beforeAll(() => loadTensorFlow());

const network = visionTransformer(values.size);
const names = network.specs.map(({ name }) => name);
const INFER = { kind: 'infer' } as const;

describe.each(values.cases)('on a grid of $height × $width pixels', ({ height, width, maps, gradients }) => {
  const shape = [2, height, width, 3];

  test('maps and gradients agree with transformers and timm', () => {
    tf.tidy(() => {
      const weights = network.specs.map((spec) => tf.tensor(formula(spec), [...spec.shape]));
      const image = tf.tensor(hashed('image', sizeOf({ shape })), shape);
      const look = (x: tf.Tensor, weights: readonly tf.Tensor[]): tf.Tensor4D[] =>
        network.maps({ lookup: lookupIn(weights), mode: INFER }, x as tf.Tensor4D);
      look(image, weights).forEach((map, i) => expectTold(map, maps[i]!));
      const loss = (image: tf.Tensor, ...weights: tf.Tensor[]): tf.Scalar => {
        const products = look(image, weights).map((map, i) => tf.sum(tf.mul(map, tf.tensor(hashed(`gradient ${i}`, map.size), map.shape))));
        return tf.addN(products) as tf.Scalar;
      };
      const [ofImage, ...ofWeights] = tf.grads(loss)([image, ...weights]);
      expectTold(ofImage!, gradients.image);
      names.forEach((name, i) => expectTold(ofWeights[i]!, gradients[name.replace('backbone.', '') as 'pos_embed']));
    });
  });

  test('a graph that was recorded at another size gives the same maps', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'espalier-vit-'));
    const state = Object.fromEntries(network.specs.map(({ name, shape }) => [name, { dtype: 'float32', shape }] as const));
    await record(
      {
        state,
        entries: {
          maps: {
            inputs: { image: { dtype: 'float32', shape: [2, 42, 28, 3] } },
            sized: ['image'],
            run: ({ image }, state) => {
              const maps = network.maps({ lookup: (name) => state[name]!, mode: INFER }, image as tf.Tensor4D);
              return { outputs: Object.fromEntries(maps.map((map, i) => [`map${i}`, map])) };
            },
          },
        },
      },
      folder,
    );
    const session = load(folder);
    rmSync(folder, { recursive: true });
    session.assign(Object.fromEntries(network.specs.map((spec) => [spec.name, formula(spec)])));
    const seen = session.call('maps', { image: hashed('image', sizeOf({ shape })) }, { image: shape });
    maps.forEach((map, i) => expectTold(tf.tensor(seen[`map${i}`]!, map.shape), map));
    session.dispose();
  });
});

test('names each variable once', () => {
  expect(new Set(names).size).toBe(names.length);
});

/** A tensor as the golden file tells of it. */
interface Told {
  readonly shape: readonly number[];
  readonly meanAbsolute: number;
  readonly every: readonly number[];
}

function expectTold(actual: tf.Tensor, { shape, meanAbsolute, every }: Told, tolerance = 2e-5): void {
  expect(actual.shape).toEqual(shape);
  const numbers = Array.from(actual.dataSync());
  const mean = numbers.reduce((sum, value) => sum + Math.abs(value), 0) / numbers.length;
  // Beside each other, since of a few numbers one near 0 says nothing of how large a deviation may be.
  expectClose([mean, ...numbers.filter((_, i) => i % values.every === 0)], [meanAbsolute, ...every], tolerance);
}

function lookupIn(weights: readonly tf.Tensor[]): Lookup {
  return (name) => weights[names.indexOf(name)]!;
}

/** Weights as the golden file's: numbers in [−1, 1) hashed from name and index, scaled by what the variable is. */
function formula({ name, shape, kind }: VariableSpec): Float32Array {
  const u = hashed(name.replace('backbone.', ''), sizeOf({ shape }));
  if (kind === 'gamma' || kind === 'scale') return u.map((value) => 1 + 0.2 * value);
  const factor = kind === 'kernel' ? Math.sqrt(6 / sizeOf({ shape: shape.slice(0, -1) })) : kind === 'embedding' ? 0.5 : 0.1;
  return u.map((value) => factor * value);
}
