import type { RunRecord } from '@shared/domain';
import { METHOD_NEEDS, type Method } from '@shared/methods';

/** The methods in plain words; their ids stand in settings and in the terminal. */
const METHOD_NAMES: Readonly<Record<Method, string>> = {
  pgcl: 'pruning-guided',
  conf: 'by confidence',
  sup: 'labels only',
};

/** What taught the network that a run gives: its method, unless it has kept to labels alone in the end. */
export function teachingOf({ settings, status, epochs }: Pick<RunRecord, 'settings' | 'status' | 'epochs'>): string {
  if (!settings) return 'of another version';
  const { method } = settings;
  const alone =
    METHOD_NEEDS[method].unlabelled && status === 'finished' && epochs.every(({ metrics }) => metrics.lossConsistency === undefined);
  return METHOD_NAMES[alone ? 'sup' : method];
}

/** The number of a run by its id, run-0003. */
export const runNumber = (id: string): number => Number(id.slice(id.indexOf('-') + 1));
