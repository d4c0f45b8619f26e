import type { RunRecord } from '@shared/domain';
import type { TrainSettings } from '@shared/settings';

/** Steps of a whole run over `unlabelled` images. */
export function stepsOf(settings: TrainSettings, unlabelled: number): number {
  const pass = Math.max(1, Math.ceil(unlabelled / settings.batch));
  return settings.epochs * Math.min(pass, settings.stepsPerEpoch ?? pass);
}

/** Settings that decide how long a step takes. */
const SPEED = ['method', 'backbone', 'crop', 'batch', 'compiled', 'threads'] as const satisfies readonly (keyof TrainSettings)[];

/** Seconds a run would take at the speed of the newest run like it; null when there was none. */
export function expectedSeconds(settings: TrainSettings, unlabelled: number, runs: readonly RunRecord[]): number | null {
  for (const run of runs) {
    if (SPEED.some((key) => run.settings[key] !== settings[key])) continue;
    const steps = run.epochs.at(-1)?.step ?? 0;
    const seconds = run.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
    if (steps > 0 && seconds > 0) return (seconds / steps) * stepsOf(settings, unlabelled);
  }
  return null;
}
