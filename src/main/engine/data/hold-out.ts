import type { RunInputs } from '@shared/run';
import { RandomStream } from '@shared/random';

/** A run's inputs, parted. */
export interface PartedInputs {
  /** As frozen, without the held-out images. */
  readonly learnt: RunInputs;
  /** Labelled images that give no gradient. */
  readonly heldOut: RunInputs['labelled'];
}

/** The inputs to judge a run by: the held-out images, or, when there are none, those it learns from. */
export function judged({ learnt, heldOut }: PartedInputs): RunInputs {
  return heldOut.length > 0 ? { ...learnt, labelled: heldOut } : learnt;
}

/**
 * Holds out the share of the labelled images that the settings ask for: at least one when it is not 0, and never the last one. Which
 * ones depends on the seed and their number alone.
 */
export function holdOut(inputs: RunInputs): PartedInputs {
  const { settings, labelled } = inputs;
  if (settings.holdOut === 0) return { learnt: inputs, heldOut: [] };
  const count = Math.min(Math.max(1, Math.round(settings.holdOut * labelled.length)), labelled.length - 1);
  const chosen = new Set(new RandomStream(settings.seed, 'hold out').permutation(labelled.length).slice(0, count));
  return {
    learnt: { ...inputs, labelled: labelled.filter((_, i) => !chosen.has(i)) },
    heldOut: labelled.filter((_, i) => chosen.has(i)),
  };
}
