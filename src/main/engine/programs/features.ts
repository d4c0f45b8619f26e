import * as tf from '@tensorflow/tfjs-core';
import { lookupIn, stateName } from '../checkpoint/state';
import type { Program, Tensors } from '../compile/program';
import type { Normalisation } from '../model/backbones/description';
import type { PixelNetwork } from '../model/create';
import { BATCH } from './shape';

/** Height and width that it is recorded with. No kernel is larger than any map then: one that only ever meets padding would be cut. */
const RECORDED = 512;

/** Name of an output. */
export const mapName = (at: number): string => `map${at}`;

/**
 * What a backbone sees in {@link BATCH} images of any one size, a multiple of 16, at once; the state is the teacher's backbone.
 * Input of `maps`: `image`, RGB, 0…255, [n, H, W, 3]. Outputs: the network's maps, by {@link mapName}.
 */
export function featuresProgram(network: PixelNetwork, { mean, deviation }: Normalisation): Program {
  const backbone = network.specs.filter(({ part }) => part === 'backbone');
  return {
    state: Object.fromEntries(backbone.map(({ name, shape }) => [stateName('teacher', name), { dtype: 'float32', shape }])),
    entries: {
      maps: {
        inputs: { image: { dtype: 'float32', shape: [BATCH, RECORDED, RECORDED, 3] } },
        sized: ['image'],
        run({ image }, state): { outputs: Tensors } {
          const x = tf.div<tf.Tensor4D>(tf.sub(image!, tf.tensor1d([...mean])), tf.tensor1d([...deviation]));
          const maps = network.maps(lookupIn(state, 'teacher'), x);
          return { outputs: Object.fromEntries(maps.map((map, at) => [mapName(at), map])) };
        },
      },
    },
  };
}
