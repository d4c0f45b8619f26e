import * as tf from '@tensorflow/tfjs-core';
import { lookupIn, stateName } from '../checkpoint/state';
import type { Entry, Program, Tensors } from '../compile/program';
import type { Normalisation } from '../model/backbones/description';
import type { PixelNetwork } from '../model/create';
import { BATCH, entryName, type Shape } from './shape';

/**
 * Features of pixels of {@link BATCH} images at once, an entry for each shape; the state is the teacher's backbone.
 * @param pixels P, taken of each image
 */
export function featuresProgram(network: PixelNetwork, normalisation: Normalisation, pixels: number, shapes: readonly Shape[]): Program {
  const backbone = network.specs.filter(({ part }) => part === 'backbone');
  return {
    state: Object.fromEntries(backbone.map(({ name, shape }) => [stateName('teacher', name), { dtype: 'float32', shape }])),
    entries: Object.fromEntries(shapes.map((shape) => [entryName(shape), featuresOf(network, normalisation, pixels, shape)])),
  };
}

/** Inputs `image`: RGB, 0…255, [n, H, W, 3]; `rows` and `columns` of pixels, [n, P]. Output `features`: [n · P, D]. */
function featuresOf(network: PixelNetwork, { mean, deviation }: Normalisation, pixels: number, shape: Shape): Entry {
  const places = { dtype: 'float32', shape: [BATCH, pixels] } as const;
  return {
    inputs: { image: { dtype: 'float32', shape: [BATCH, ...shape, 3] }, rows: places, columns: places },
    run({ image, rows, columns }, state): { outputs: Tensors } {
      const x = tf.div<tf.Tensor4D>(tf.sub(image!, tf.tensor1d([...mean])), tf.tensor1d([...deviation]));
      const at = { rows: rows as tf.Tensor2D, columns: columns as tf.Tensor2D };
      return { outputs: { features: network.features(lookupIn(state, 'teacher'), x, at) } };
    },
  };
}
