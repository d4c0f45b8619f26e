import type { TrainProgress } from '@shared/protocol';

/** What of the project a run has changed. */
export type RunChange = 'runs' | 'images' | 'predictions';

export interface TrainingListener {
  /** `progress` is null when the run has ended; `reason` then tells why it or its prediction failed, if they did. */
  changed(runId: string, progress: TrainProgress | null, reason: string | null): void;
  /** What the run told is on disk. */
  recorded(what: RunChange): void;
}
