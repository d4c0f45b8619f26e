import type { EpochReport, RunRecord } from '@shared/domain';
import { stepsPerEpoch, supervisedEpochs, type TrainSettings } from '@shared/settings';

/** Settings that decide how long a step takes. */
const SPEED = [
  'method',
  'backbone',
  'decoder',
  'viewScale',
  'largestView',
  'pixels',
  'crop',
  'batch',
  'unlabelledBatch',
  'compiled',
  'threads',
] as const satisfies readonly (keyof TrainSettings)[];

/**
 * Seconds a run would take at the speed of the newest run like it that came as far; null when there was none. Epochs on labels alone
 * are much faster than the others, so that each kind counts with its own speed. What that run did beside its epochs counts as a whole:
 * features of images and held-out labels, which is most of what a head takes.
 */
export function expectedSeconds(
  settings: TrainSettings,
  images: { readonly labelled: number; readonly unlabelled: number },
  runs: readonly RunRecord[],
): number | null {
  const { epochs } = settings;
  const supervised = supervisedEpochs(settings);
  const perEpoch = stepsPerEpoch(settings, images);
  for (const run of runs) {
    const had = run.settings;
    if (!had || SPEED.some((key) => had[key] !== settings[key])) continue;
    const pace = { supervised: secondsPerStep(run.epochs, true), others: secondsPerStep(run.epochs, false) };
    // One that has finished without the others was better off without them, and took none.
    const without = pace.others === null && run.status !== 'finished';
    if ((supervised > 0 && pace.supervised === null) || (supervised < epochs && without)) continue;
    const beside = Math.max(0, run.seconds - run.epochs.reduce((sum, { seconds }) => sum + seconds, 0));
    return beside + perEpoch * (supervised * (pace.supervised ?? 0) + (epochs - supervised) * (pace.others ?? 0));
  }
  return null;
}

/** Of the epochs on labels alone, which have no β, or of the others; null where there is none. */
function secondsPerStep(epochs: readonly EpochReport[], supervised: boolean): number | null {
  let [steps, seconds, before] = [0, 0, 0];
  for (const epoch of epochs) {
    if ((epoch.metrics.beta === undefined) === supervised) {
      steps += epoch.step - before;
      seconds += epoch.seconds;
    }
    before = epoch.step;
  }
  return steps > 0 && seconds > 0 ? seconds / steps : null;
}
