import type { Method } from './method';

/** Plain confidence thresholding: s = p̃. */
export const conf: Method = { prunes: false, trust: ({ confidence }) => ({ score: confidence }) };
