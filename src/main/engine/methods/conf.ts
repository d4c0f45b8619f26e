import type { LearningMethod } from './method';

/** Plain confidence thresholding: s = p̃. */
export const conf: LearningMethod = {
  pruning: false,
  roles: [],
  trust: ({ confidence }) => ({ score: confidence }),
  entries: () => ({}),
  renewal: null,
};
