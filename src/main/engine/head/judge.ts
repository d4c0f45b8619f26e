import type { Verdict } from '@shared/verdict';
import { type FittedConfidence, trustedConfidence } from '../core/fitted-confidence';
import { Answers, priorShift } from './answers';
import { turnedAlike } from './basis';
import { type Part, verdictOf } from './cross-fit';
import type { HeadPixels, HeadTraining } from './head-training';
import type { Head } from './kept-head';
import type { HeadSchedule } from './schedule';

export interface Judgement {
  readonly verdict: Verdict;
  /** Of what was chosen; null where the held-out pixels cannot tell. */
  readonly confidence: FittedConfidence | null;
  /** The heads of the folds, as what was chosen made them, and the images that each has not learnt from. */
  readonly heads: readonly FoldHead[];
}

export interface FoldHead extends Head {
  readonly images: readonly number[];
}

/**
 * Which head does best on images that it has not seen, and how far its classes are to be trusted there: of each fold of the labelled images,
 * by heads trained on the others. Null where there are too few.
 * @param parts of the labelled pixels
 * @param unlabelled with their features as they are
 * @param scale that images are looked at in
 * @param gammas that are tried where there are unlabelled pixels
 * @param known whether heads know something when they begin
 * @param begin begins the training of a fold's head
 * @param onStep is called after each step, with how many there have been of all heads
 */
export async function judge(
  parts: readonly Part[],
  unlabelled: HeadPixels['unlabelled'],
  scale: number,
  gammas: readonly number[],
  schedule: HeadSchedule,
  known: boolean,
  begin: (pixels: HeadPixels, fold: number) => HeadTraining,
  onStep: (done: number) => Promise<void>,
): Promise<Judgement | null> {
  if (parts.length === 0) return null;
  const { classes } = parts[0]!.rest;
  const alone = { answers: new Answers(classes), heads: [] as FoldHead[] };
  const beside = (unlabelled ? gammas : []).map((gamma) => ({ gamma, answers: new Answers(classes), heads: [] as FoldHead[] }));
  const began = known ? new Answers(classes) : null;
  let [heldOnce, done] = [0, 0];
  for (const { number, images, basis, rest, unseen: fold } of parts) {
    const unseen = fold.where((_image, view) => view.scale === scale);
    heldOnce += new Set(unseen.rows.images).size;
    const head = begin({ labelled: rest, unlabelled: unlabelled && turnedAlike(unlabelled, basis) }, number);
    began?.add(head.ask('teacher', unseen), unseen, priorShift(rest));
    const advance = async (steps: number, gamma?: number): Promise<void> => {
      for (let step = 0; step < steps; step++) {
        head.step(gamma);
        await onStep(++done);
      }
    };
    const ask = ({ answers, heads }: typeof alone): void => {
      answers.add(head.ask('teacher', unseen), unseen, priorShift(rest));
      heads.push({ images, basis, variables: head.read('teacher') });
    };
    await advance(schedule.supervised);
    ask(alone);
    const goBack = head.remember();
    for (const each of beside) {
      goBack();
      await advance(schedule.steps - schedule.supervised, each.gamma);
      ask(each);
    }
  }
  const verdict = verdictOf(alone.answers, beside, heldOnce, scale, began);
  const chosen = verdict.chosen === 'labels' ? alone : beside.find(({ gamma }) => gamma === verdict.gamma)!;
  const held = chosen.answers.heads.map((head) => head.judged(verdict.prior));
  const confidence = trustedConfidence(held, classes);
  return {
    verdict: { ...verdict, confidence: confidence ? 'fitted' : 'probability', tuning: null },
    confidence,
    heads: chosen.heads,
  };
}
