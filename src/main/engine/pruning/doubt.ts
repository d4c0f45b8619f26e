import * as tf from '@tensorflow/tfjs-core';
import type { TrainSettings } from '@shared/settings';
import { classProbability } from '../core/class-probability';
import { similarity } from '../core/refine';
import type { Output } from '../model/network';
import { resizeBilinear } from '../ops/resize-bilinear';

/** What takes the place of d in Eq. 5. */
export type Doubt = TrainSettings['doubt'];

/**
 * d at image resolution: how far each pseudo-label survives pruning. `similarity`: Eq. 4, of the embeddings; `probability`, beyond the
 * paper: what the pruned teacher's softmax gives the teacher's class.
 * @param embedding of the teacher, [n, h, w, E]
 * @param labels the teacher's classes, int32 [n, H, W]
 * @returns d in [0, 1], [n, H, W]
 */
export function survival(doubt: Doubt, embedding: tf.Tensor4D, pruned: Output, labels: tf.Tensor3D): tf.Tensor3D {
  const [, height, width] = labels.shape;
  switch (doubt) {
    case 'similarity':
      return tf.squeeze(resizeBilinear(similarity(embedding, pruned.embedding), [height, width]), [3]);
    case 'probability':
      return classProbability(resizeBilinear(pruned.logits, [height, width]), labels);
  }
}
