import { type EspalierError, toEspalierError } from '@shared/errors';
import type { ResultOf, RunActivity } from '@shared/protocol';
import type { ActiveRun } from './active-run';
import type { LibraryHost } from './library-host';
import { recording, type RunParties } from './recording';
import { predictionFailure } from './run-failure';

/** Images asked for at a time. */
const PAGE = 2000;

/**
 * Predicts what a run has not predicted, and records how that ended.
 * @param first the image to begin with, if any
 * @returns why it ended early, if it failed
 */
export async function predictRun(
  parties: RunParties,
  run: ActiveRun,
  best: boolean,
  first: number | null = null,
): Promise<EspalierError | null> {
  const { library, engine } = parties;
  const { runId, folder, signal } = run;
  let failure: EspalierError | null = null;
  try {
    const all = await unpredicted(library, runId, best);
    const images = [...all.filter(({ id }) => id === first), ...all.filter(({ id }) => id !== first)];
    await recording(parties, run, async (hear) => {
      const activity: RunActivity = { ...run.progress.now, phase: 'predicting', step: 0, steps: images.length, loss: null };
      void hear(activity, { news: [], work: null, left: {} });
      if (images.length === 0) return;
      await engine.call(
        'engine.predict',
        { folder, images, best },
        {
          signal,
          onProgress: ({ done, total, news, work, left }) => hear({ ...activity, step: done, steps: total }, { news, work, left }),
        },
      );
    });
  } catch (thrown) {
    // Stopping it leaves the images predicted so far.
    if (toEspalierError(thrown).code !== 'CANCELLED') failure = predictionFailure(thrown);
  }
  const problem = failure?.message ?? null;
  await library.callAgain('runs.predicted', { runId, problem }).catch((thrown: unknown) => (failure ??= predictionFailure(thrown)));
  return failure;
}

async function unpredicted(library: LibraryHost, runId: string, best: boolean): Promise<ResultOf<'runs.unpredicted'>> {
  const images: ResultOf<'runs.unpredicted'> = [];
  for (;;) {
    const page = await library.call('runs.unpredicted', { runId, best, after: images.at(-1)?.id ?? 0, limit: PAGE });
    images.push(...page);
    if (page.length < PAGE) return images;
  }
}
