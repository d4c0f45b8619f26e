import * as tf from '@tensorflow/tfjs-core';
import type { ModelOutput } from '@shared/model-export';
import { lookupIn, stateSpecs } from '../checkpoint/state';
import type { Entry, Specs, Tensors } from '../compile/program';
import type { BackboneDescription } from '../model/backbones/description';
import type { Mode, Network } from '../model/network';
import { gather } from '../ops/gather';
import { kernel } from '../ops/kernel';
import { resizeBilinear } from '../ops/resize-bilinear';
import { spatialSize } from '../ops/spatial-size';
import { paddedToMultiple, resizedBy } from './image-size';

/** Height and width that it is recorded with, in what the backbone asks multiples of: no kernel is larger than any map then. */
const RECORDED = 32;

/** Running statistics always move into the kernels: what learns on is folded whatever its size. */
const FOLDED: Mode = { kind: 'tune', between: (features) => features };

/** What of a run decides how its network predicts. */
export interface Deployed {
  readonly network: Network;
  readonly seen: Pick<BackboneDescription, 'normalisation' | 'input'>;
  /** Side of an image as the network looks at it, over its own. */
  readonly viewScale: number;
  /** Number of each class in masks. */
  readonly classIds: readonly number[];
}

/** A network as others run it: its state, and the function that they call. */
export interface Deployment {
  readonly state: Specs;
  readonly entry: Entry;
}

/**
 * The function of a model that leaves: an image of any size in, what is asked for out, as the product predicts an image that it looks at as a
 * whole and once. Input `image`: RGB, 0…255, [1, H, W, 3].
 * @param output `classes`: class numbers, int32 [1, H, W]; `probabilities`: [1, H, W, K]; `logits`: as the network has them, at its stride
 */
export function deployment({ network, seen, viewScale, classIds }: Deployed, output: ModelOutput): Deployment {
  const { normalisation, input } = seen;
  const side = RECORDED * input.multiple;
  return {
    state: stateSpecs(network, 'backbone', ['teacher']),
    entry: {
      inputs: { image: { dtype: 'float32', shape: [1, side, side, 3] } },
      sized: ['image'],
      run({ image }, state): { outputs: Tensors } {
        const given = image as tf.Tensor4D;
        const padded = paddedToMultiple(given, input.multiple);
        const x = tf.div<tf.Tensor4D>(tf.sub(padded, tf.tensor1d([...normalisation.mean])), tf.tensor1d([...normalisation.deviation]));
        const sized = resizedBy(x, viewScale, input.multiple);
        const { logits } = network.forward(lookupIn(state, 'teacher'), sized, FOLDED);
        if (output === 'logits') return { outputs: { logits } };
        const whole = cropped(resizeBilinear(logits, spatialSize(padded)), given);
        if (output === 'probabilities') return { outputs: { probabilities: tf.softmax(whole) } };
        const flat = kernel<tf.Rank.R1>('Reshape', INT_RESHAPE, [tf.argMax(whole, 3), tf.tensor1d([-1], 'int32')]);
        const numbers = gather(tf.tensor1d([...classIds], 'int32'), flat);
        const shape = tf.concat([tf.tensor1d([1], 'int32'), spatialSize(given)]);
        return { outputs: { classes: kernel('Reshape', INT_RESHAPE, [numbers, shape]) } };
      },
    },
  };
}

const INT_RESHAPE = { T: { type: 'int32' }, Tshape: { type: 'int32' } } as const;

/** The top left of a map, as large as another. */
function cropped(x: tf.Tensor4D, like: tf.Tensor4D): tf.Tensor4D {
  const [n, , , channels] = x.shape;
  const size = tf.concat([tf.tensor1d([n], 'int32'), spatialSize(like), tf.tensor1d([channels], 'int32')]);
  return kernel('Slice', { T: { type: 'float32' }, Index: { type: 'int32' } }, [x, tf.tensor1d([0, 0, 0, 0], 'int32'), size]);
}
