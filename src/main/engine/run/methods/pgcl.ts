import * as tf from '@tensorflow/tfjs-core';
import { refinedScore, similarity } from '../../core/refine';
import { resizeBilinear } from '../../ops/resize-bilinear';
import type { Method } from './method';

/** Pruning-guided curriculum learning: confidence is doubted where pruning moves the embedding (Eq. 4 and 5). */
export const pgcl: Method = ({ confidence, teacher, pruned, beta }) => {
  const [, height, width] = confidence.shape;
  const d = tf.squeeze<tf.Tensor3D>(resizeBilinear(similarity(teacher.embedding, pruned().embedding), [height, width]), [3]);
  return { score: refinedScore(confidence, d, beta), similarity: d };
};
