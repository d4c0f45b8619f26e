import type { TrainSettings } from '@shared/settings';
import { meanIou } from '../core/metrics/iou';
import { Answers } from './answers';
import type { Part } from './cross-fit';
import type { HeadPixels, HeadTraining } from './head-training';
import { HeadSchedule } from './schedule';

/** Steps of a fold's head: enough to tell scales apart. */
const STEPS = 200;
/** What a scale has to add to the mIoU of held-out pixels for each doubling of the pixels to look at. */
const WORTH = 0.01;

/** Steps that choosing takes. */
export const choosingSteps = (folds: readonly unknown[]): number => folds.length * STEPS;

/**
 * The scale in which heads do best on labelled images that they have not seen, where a larger one has to be worth its time. It is the one
 * that images are predicted in.
 * @param parts of pixels in views of these scales, and of others
 * @param begin begins the training of a head
 * @param onStep is called after each step, with how many there have been of all heads
 * @returns null where nothing can be held out
 */
export async function chooseScale(
  parts: readonly Part[],
  scales: readonly number[],
  settings: TrainSettings,
  begin: (pixels: HeadPixels, schedule: HeadSchedule, name: string) => HeadTraining,
  onStep: (done: number) => Promise<void>,
): Promise<number | null> {
  const schedule = new HeadSchedule({ ...settings, epochs: 1 }, STEPS, false);
  if (parts.length === 0) return null;
  const { classes } = parts[0]!.rest;
  const said = new Map(scales.map((scale) => [scale, new Answers(classes)]));
  let done = 0;
  for (const { number, rest, unseen } of parts) {
    const head = begin({ labelled: rest, unlabelled: null }, schedule, `scale ${number}`);
    for (let step = 0; step < STEPS; step++) {
      head.step();
      await onStep(++done);
    }
    for (const [scale, answers] of said) {
      const seen = unseen.where((_image, view) => view.scale === scale);
      answers.add(head.ask('teacher', seen), seen, new Float64Array(classes));
    }
  }
  return bestWorth([...said].map(([scale, answers]) => ({ scale, miou: meanIou(answers.confusion(0)) })));
}

/** The scale that is best once the time that it takes has been paid for. @param mious in [0, 1] */
export function bestWorth(mious: readonly { readonly scale: number; readonly miou: number }[]): number {
  const worth = ({ scale, miou }: { scale: number; miou: number }): number => miou - WORTH * 2 * Math.log2(scale);
  return [...mious].sort((a, b) => worth(b) - worth(a) || a.scale - b.scale)[0]!.scale;
}
