import { refinedScore } from '../core/refine';
import { type Doubt, survival } from '../pruning/doubt';
import type { Method } from './method';

/** Pruning-guided curriculum learning: confidence is doubted where the pseudo-label does not survive pruning (Eq. 4 and 5). */
export const pgcl = (doubt: Doubt): Method => ({
  prunes: true,
  trust({ confidence, labels, teacher, pruned, beta }) {
    const d = survival(doubt, teacher.embedding, pruned(), labels);
    return { score: refinedScore(confidence, d, beta), similarity: d };
  },
});
