import type { Verdict } from '@shared/verdict';
import { meanIou } from '../core/metrics/iou';
import { RandomStream } from '@shared/random';
import type { Answers } from './answers';
import { type Basis, turned } from './basis';
import type { PixelTable } from './table';

/** Parts that the labelled images fall into, at most. */
const FOLDS = 3;

/**
 * The labelled images in parts, each held out once while a head learns from the others; none where there are fewer than two.
 * @param images how many there are
 * @param known folds that are to stay together, each with images of its own or none
 */
export function foldsOf(images: number, seed: number, known: readonly (readonly number[])[] = []): number[][] {
  if (images < 2) return [];
  const count = Math.max(known.length, Math.min(FOLDS, images));
  const folds: number[][] = Array.from({ length: count }, (_, fold) => [...(known[fold] ?? [])]);
  const placed = new Set(folds.flat());
  const smallest = (): number[] => folds.reduce((least, fold) => (fold.length < least.length ? fold : least));
  for (const image of new RandomStream(seed, 'folds').permutation(images)) if (!placed.has(image)) smallest().push(image);
  return folds;
}

/** A fold of a table and the rest of it. */
export interface Part {
  readonly number: number;
  /** Numbers of the images of the fold. */
  readonly images: readonly number[];
  /** What the features of both are turned by. */
  readonly basis: Basis;
  readonly rest: PixelTable;
  readonly unseen: PixelTable;
}

/**
 * Each fold of a table and the rest of it, where both have pixels: images that cannot be read have none.
 * @param labelled pixels with their features as they are
 * @param basisFor gives the basis of a fold from the rest, which is all that it may know
 */
export function partsOf(
  labelled: PixelTable,
  folds: readonly (readonly number[])[],
  basisFor: (rest: PixelTable, fold: number) => Basis,
): Part[] {
  return folds.flatMap((images, number) => {
    const held = new Set(images);
    const rest = labelled.where((image) => !held.has(image));
    if (rest.size === 0 || rest.size === labelled.size) return [];
    const basis = basisFor(rest, number);
    const ours = turned(labelled, basis);
    return { number, images, basis, rest: ours.where((image) => !held.has(image)), unseen: ours.where((image) => held.has(image)) };
  });
}

/** τ that are tried of each head, see `priorShift`. */
const PRIORS = [-0.5, 0, 0.5, 1] as const;
const AS_TRAINED = PRIORS.indexOf(0);
/** Heads of fewer images want more of a prior than the head of all of them. */
const PRIOR_SHARE = 0.5;

/** What heads said that had also learnt from unlabelled pixels, those of this γ. */
export interface Beside {
  readonly gamma: number;
  readonly answers: Answers;
}

/**
 * What held-out pixels say, over all folds, of heads: labels alone unless unlabelled images add to them, the γ that they add most with, and
 * the prior of what is chosen.
 * @param labels by heads that know labels alone
 * @param beside by heads that have also learnt from unlabelled pixels; none where there are none
 * @param images held out in all
 * @param scale that they were looked at in
 * @param began by heads as they began, where those knew something
 */
export function verdictOf(
  labels: Answers,
  beside: readonly Beside[],
  images: number,
  scale: number,
  began: Answers | null = null,
): Omit<Verdict, 'confidence' | 'tuning'> {
  const figures = (answers: Answers): number[] => PRIORS.map((prior) => meanIou(answers.confusion(prior)));
  const alone = figures(labels);
  const tried = beside.map(({ gamma, answers }) => ({ gamma, figures: figures(answers) }));
  const most = tried.reduce<(typeof tried)[number] | null>(
    (best, each) => (best && best.figures[AS_TRAINED]! >= each.figures[AS_TRAINED]! ? best : each),
    null,
  );
  const helps = most !== null && most.figures[AS_TRAINED]! > alone[AS_TRAINED]!;
  const chosen = helps ? most.figures : alone;
  // Where others do no better, shares stay as they were trained.
  const best = chosen.reduce((best, miou, i) => (miou > chosen[best]! ? i : best), AS_TRAINED);
  return {
    chosen: helps ? 'unlabelled' : 'labels',
    began: began && meanIou(began.confusion(0)),
    labels: alone[AS_TRAINED]!,
    unlabelled: most && most.figures[AS_TRAINED]!,
    gamma: most && most.gamma,
    images,
    scale,
    prior: PRIOR_SHARE * PRIORS[best]!,
  };
}
