import type { Handlers } from '@shared/rpc';
import { makeSubsets, readSubsets } from '../subsets/subsets';
import type { Open } from './project';

export function subsetHandlers(project: Open): Handlers<'subsets.get' | 'subsets.make' | 'subsets.clear' | 'subsets.labelled'> {
  return {
    'subsets.get': () => readSubsets(project()),
    'subsets.make': (plan) => makeSubsets(project(), plan),
    'subsets.clear': () => {
      const { db, queries } = project();
      db.transaction(() => queries.subsets.clear())();
      return null;
    },
    'subsets.labelled': async ({ subset }) => (await project().reading.subsets.labelled(subset)).map(({ id }) => id),
  };
}
