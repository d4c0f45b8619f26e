import type { Method } from '@shared/methods';

/** The methods in plain words; their ids stand in settings and in the terminal. */
export const METHOD_NAMES: Readonly<Record<Method, string>> = {
  pgcl: 'pruning-guided',
  conf: 'by confidence',
  sup: 'labels only',
};
