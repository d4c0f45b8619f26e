import { join } from 'node:path';
import { METHOD_NEEDS } from '@shared/methods';
import { CELL, type RunInputs } from '@shared/run';
import { stepsPerEpoch, type TrainSettings, unlabelledBatchOf } from '@shared/settings';
import { PAPER_RESIZING, type Resizing } from './augment/weak-view';
import { BACKBONE_DESCRIPTIONS } from '../model/backbones';
import type { Normalisation } from '../model/backbones/description';

/** All that decides the batches of a run. Plain data, so that it can be sent to a worker. */
export interface BatchPlan {
  readonly seed: number;
  /** Side of the square crops, pixels. */
  readonly crop: number;
  readonly resizing: Resizing;
  /** Whether colours of labelled views are changed, see `mildly`; the paper leaves them as they are. */
  readonly mild: boolean;
  /** Labelled and unlabelled images of a batch. */
  readonly batch: number;
  readonly unlabelledBatch: number;
  readonly cutmix: boolean;
  /** Anchors and negatives drawn a step, at most all pixels of a batch's unlabelled images at feature resolution. */
  readonly anchors: number;
  readonly negatives: number;
  /** The first step that has unlabelled images; Infinity when none has. */
  readonly unlabelledFrom: number;
  readonly normalisation: Normalisation;
  /** Class id of each class index, the network's order. */
  readonly classIds: readonly number[];
  readonly labelled: readonly { readonly id: number; readonly path: string; readonly labels: string }[];
  readonly unlabelled: readonly { readonly id: number; readonly path: string; readonly rejected: string | null }[];
}

/** Pixels of the networks' outputs per side, for a square image of this side: a quarter, rounded up. */
export function featureSide(side: number): number {
  return Math.ceil(side / CELL);
}

/** Steps of one epoch of a run. */
export function epochOf({ settings, labelled, unlabelled }: RunInputs): number {
  return stepsPerEpoch(settings, { labelled: labelled.length, unlabelled: unlabelled.length });
}

/**
 * Images and keys of a step as the settings say; anchors and negatives at most all pixels of its unlabelled images at feature
 * resolution.
 */
export function sizesOf(settings: TrainSettings): Pick<BatchPlan, 'batch' | 'unlabelledBatch' | 'anchors' | 'negatives'> {
  const { batch, crop, anchors, negatives } = settings;
  const unlabelledBatch = unlabelledBatchOf(settings);
  const pixels = unlabelledBatch * featureSide(crop) ** 2;
  return { batch, unlabelledBatch, anchors: Math.min(anchors, pixels), negatives: Math.min(negatives, pixels) };
}

/** @param folder of the run, which the paths of masks are relative to */
export function planBatches(inputs: RunInputs, folder: string): BatchPlan {
  const { settings } = inputs;
  const supervisedOnly = !METHOD_NEEDS[settings.method].unlabelled || inputs.unlabelled.length === 0;
  return {
    seed: settings.seed,
    crop: settings.crop,
    resizing: PAPER_RESIZING,
    mild: false,
    ...sizesOf(settings),
    cutmix: settings.cutmix,
    unlabelledFrom: supervisedOnly ? Infinity : settings.warmup * epochOf(inputs),
    normalisation: BACKBONE_DESCRIPTIONS[settings.backbone].normalisation,
    classIds: inputs.classes.map(({ id }) => id),
    labelled: inputs.labelled.map(({ id, path, labels }) => ({ id, path, labels: join(folder, labels) })),
    unlabelled: inputs.unlabelled.map(({ id, path, rejected }) => ({
      id,
      path,
      rejected: rejected === null ? null : join(folder, rejected),
    })),
  };
}
