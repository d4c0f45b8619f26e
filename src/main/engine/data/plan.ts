import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EspalierError } from '@shared/errors';
import type { RunInputs } from '@shared/run';
import type { TrainSettings } from '@shared/settings';
import { type Normalisation, normalisationOf } from '../model/preprocess';

/** All that decides the batches of a run. Plain data, so that it can be sent to a worker. */
export interface BatchPlan {
  readonly seed: number;
  /** Side of the square crops, pixels. */
  readonly crop: number;
  /** Images in each half of a batch. */
  readonly batch: number;
  readonly cutmix: boolean;
  /** Anchors and negatives drawn a step, at most all pixels of the unlabelled half at feature resolution. */
  readonly anchors: number;
  readonly negatives: number;
  /** The first step that has an unlabelled half; Infinity when none has. */
  readonly unlabelledFrom: number;
  readonly normalisation: Normalisation;
  /** Class id of each class index, the network's order. */
  readonly classIds: readonly number[];
  readonly labelled: readonly { readonly path: string; readonly labels: string }[];
  readonly unlabelled: readonly { readonly path: string; readonly rejected: string | null }[];
}

/** Pixels of the networks' outputs per side, for a square image of this side: a quarter, rounded up. */
export function featureSide(side: number): number {
  return Math.ceil(side / 4);
}

/** Steps of one epoch: a pass over the unlabelled images (over the labelled ones where there are no others), or fewer when limited. */
export function stepsPerEpoch({ settings, labelled, unlabelled }: RunInputs): number {
  const images = unlabelled.length > 0 ? unlabelled.length : labelled.length;
  return Math.min(Math.ceil(images / settings.batch), settings.stepsPerEpoch ?? Infinity);
}

/** Anchors and negatives of a step: as the settings say, at most all pixels of the unlabelled half at feature resolution. */
export function keysOf({ batch, crop, anchors, negatives }: TrainSettings): { anchors: number; negatives: number } {
  const pixels = batch * featureSide(crop) ** 2;
  return { anchors: Math.min(anchors, pixels), negatives: Math.min(negatives, pixels) };
}

/** @param folder of the run, which the paths of masks are relative to */
export function planBatches(inputs: RunInputs, folder: string): BatchPlan {
  const { settings } = inputs;
  const supervisedOnly = settings.method === 'sup' || inputs.unlabelled.length === 0;
  return {
    seed: settings.seed,
    crop: settings.crop,
    batch: settings.batch,
    cutmix: settings.cutmix,
    ...keysOf(settings),
    unlabelledFrom: supervisedOnly ? Infinity : settings.warmup * stepsPerEpoch(inputs),
    normalisation: normalisationOf(settings.backbone),
    classIds: inputs.classes.map(({ id }) => id),
    labelled: inputs.labelled.map(({ path, labels }) => ({ path, labels: join(folder, labels) })),
    unlabelled: inputs.unlabelled.map(({ path, rejected }) => ({ path, rejected: rejected === null ? null : join(folder, rejected) })),
  };
}

/**
 * Makes sure before training that every file of a plan is there.
 * @throws EspalierError IMAGE_MISSING naming the first that is not
 */
export async function checkFiles({ labelled, unlabelled }: BatchPlan): Promise<void> {
  const masks = [...labelled.map(({ labels }) => labels), ...unlabelled.map(({ rejected }) => rejected)].filter((mask) => mask !== null);
  for (const file of [...labelled, ...unlabelled].map(({ path }) => path).concat(masks)) {
    try {
      await access(file, constants.R_OK);
    } catch (cause) {
      throw new EspalierError('IMAGE_MISSING', { name: basename(file) }, { cause });
    }
  }
}
