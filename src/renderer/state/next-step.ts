import type { View } from './shortcuts';

/** What the next step depends on. */
export interface Situation {
  readonly labelled: number;
  readonly training: boolean;
  /** The newest run, where it was stopped or interrupted before it predicted anything and can be gone on with. */
  readonly resumable: string | null;
  /** The newest run with predictions, if any. */
  readonly reviewable: string | null;
  /** The run whose predictions were looked at last. */
  readonly seen: string | null;
}

export interface NextStep {
  readonly view: View;
  readonly label: string;
  /** The run to go on with, where that is the step. */
  readonly resume?: string;
}

/** The next sensible step of the loop label → train → review, or null while it is being done or nothing is pressing. */
export function nextStep({ labelled, training, resumable, reviewable, seen }: Situation): NextStep | null {
  if (labelled === 0) return { view: 'label', label: 'Label a first image' };
  if (training) return null;
  if (resumable !== null) return { view: 'train', label: 'Next: resume', resume: resumable };
  if (reviewable === null) return { view: 'train', label: 'Next: train' };
  if (reviewable !== seen) return { view: 'review', label: 'Next: review' };
  return null;
}
