import { join } from 'node:path';
import type { ParamsOf } from '@shared/protocol';
import { removeOwn } from '../../media/own-files';
import type { OpenProject } from '../project/open-project';

/** Removes what rounds of a chain have made: their files and predictions. What they learnt from and what they measured stays on record. */
export async function pruneRounds({ queries, layout }: OpenProject, { chain, keep }: ParamsOf<'runs.prune'>): Promise<void> {
  const kept = new Set(keep);
  for (const { id, number } of queries.runs.chain(chain)) {
    if (kept.has(id)) continue;
    // Predictions first: without them nobody looks for their files.
    queries.predictions.forgetRun(number);
    await removeOwn(join(layout.runs, id));
  }
}
