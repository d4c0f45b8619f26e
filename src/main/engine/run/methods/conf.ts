import type { Method } from './method';

/** Plain confidence thresholding: s = p̃. */
export const conf: Method = ({ confidence }) => ({ score: confidence });
