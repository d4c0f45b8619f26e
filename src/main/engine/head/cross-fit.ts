import type { Verdict } from '@shared/verdict';
import { type Confusion, emptyConfusion } from '../core/metrics/confusion';
import { meanIou } from '../core/metrics/iou';
import { RandomStream } from '@shared/random';

/** Parts that the labelled images fall into, at most. */
const FOLDS = 3;

/**
 * The labelled images in parts, each held out once while a head learns from the others; none where there are fewer than two.
 * @param images how many there are
 */
export function foldsOf(images: number, seed: number): number[][] {
  if (images < 2) return [];
  const folds: number[][] = Array.from({ length: Math.min(FOLDS, images) }, () => []);
  new RandomStream(seed, 'folds').permutation(images).forEach((image, i) => folds[i % folds.length]!.push(image));
  return folds;
}

/** τ that are tried of each head, see `priorShift`. */
export const PRIORS = [-0.5, 0, 0.5, 1] as const;
const AS_TRAINED = PRIORS.indexOf(0);
/** Heads of fewer images want more of a prior than the head of all of them. */
const PRIOR_SHARE = 0.5;

/** What held-out pixels say, over all folds, of two heads: one of labels alone, and one of unlabelled pixels beside them. */
export class Trial {
  readonly #labels: Confusion[];
  readonly #unlabelled: Confusion[];
  #tried = false;

  /** @param classes K */
  constructor(classes: number) {
    this.#labels = PRIORS.map(() => emptyConfusion(classes));
    this.#unlabelled = PRIORS.map(() => emptyConfusion(classes));
  }

  /** Adds what a fold says of a head that knows labels alone. @param confusions one for each of {@link PRIORS} */
  addLabels(confusions: readonly Confusion[]): void {
    addTo(this.#labels, confusions);
  }

  /** Adds what a fold says of a head that has also learnt from unlabelled pixels. */
  addUnlabelled(confusions: readonly Confusion[]): void {
    this.#tried = true;
    addTo(this.#unlabelled, confusions);
  }

  /** Labels alone unless unlabelled images add to them, and the prior of what is chosen. @param images held out in all */
  verdict(images: number): Verdict {
    const [labels, unlabelled] = [this.#labels, this.#unlabelled].map((confusions) => confusions.map(meanIou)) as [number[], number[]];
    const helps = this.#tried && unlabelled[AS_TRAINED]! > labels[AS_TRAINED]!;
    const chosen = helps ? unlabelled : labels;
    return {
      chosen: helps ? 'unlabelled' : 'labels',
      labels: labels[AS_TRAINED]!,
      unlabelled: this.#tried ? unlabelled[AS_TRAINED]! : null,
      images,
      prior: PRIOR_SHARE * PRIORS[chosen.indexOf(Math.max(...chosen))]!,
    };
  }
}

function addTo(sums: readonly Confusion[], confusions: readonly Confusion[]): void {
  sums.forEach(({ counts }, i) => confusions[i]!.counts.forEach((count, at) => (counts[at]! += count)));
}
