import { z } from 'zod';
import { EpochReport } from '../domain';
import { Telling } from '../run-news';
import { TrainSettings } from '../settings';
import { imageId, runId, best } from './fields';
import { method, nothing, type MethodSpec } from './method';

/**
 * What a run is doing now; `step` of `steps` are batches of the calibration while it calibrates, images while it evaluates (its held-out
 * ones), predicts or takes features.
 */
export const RunActivity = z.object({
  phase: z.enum(['preparing', 'features', 'judging', 'warmup', 'calibrating', 'training', 'tuning', 'evaluating', 'predicting']),
  epoch: z.number().int().nonnegative(),
  epochs: z.number().int().positive(),
  step: z.number().int().nonnegative(),
  steps: z.number().int().nonnegative(),
  loss: z.number().nullable(),
});
export type RunActivity = z.infer<typeof RunActivity>;

/** What the engine tells while it trains. */
export const TrainTelling = RunActivity.extend({
  ...Telling.shape,
  /** Scale that images will be predicted in, as far as is known: their side as it is looked at, over their own. */
  viewScale: z.number().positive(),
});
export type TrainTelling = z.infer<typeof TrainTelling>;

/** What a run is doing now, as the window is told. */
export const TrainProgress = RunActivity.extend({
  /** Of all that is to come, the prediction among it; null while unknown. */
  secondsLeft: z.number().nonnegative().nullable(),
  /** Present once an epoch, when it ends. */
  report: EpochReport.nullable(),
});
export type TrainProgress = z.infer<typeof TrainProgress>;

/**
 * How a training is stopped: `pause` keeps it as it is, to be resumed; `stop` ends it; `predict` ends it, and predicts with what it has
 * learnt so far. A checkpoint is kept in any case. While a run predicts, each of them ends the prediction.
 */
export const StopHow = z.enum(['pause', 'stop', 'predict']);
export type StopHow = z.infer<typeof StopHow>;

/** How keep learning stands, while it is on. */
export const Learning = z.object({
  /** Why there is no round now though labels have changed, in a sentence; null: nothing hinders one. */
  waiting: z.string().nullable(),
});
export type Learning = z.infer<typeof Learning>;

/** The run of the open project that goes on now. */
export const trainingMethods = {
  /** Starts a run in the background; `training.changed` tells how it goes. Errors: TRAIN_*. */
  'training.start': method('main', z.object({ settings: TrainSettings }), z.object({ runId })),
  /** Goes on with a stopped or failed run from its last checkpoint. Errors: those of `runs.resume`, TRAIN_BUSY. */
  'training.resume': method('main', z.object({ runId }), nothing),
  /** Predicts the images that an ended run has not predicted so, with Best masks or without; `training.changed` tells how it goes. Errors: RUN_NO_CHECKPOINT, TRAIN_BUSY. */
  'training.predict': method('main', z.object({ runId, best }), nothing),
  /** Ends what the run does now, at once; see `StopHow`. */
  'training.stop': method('main', z.object({ how: StopHow }), nothing),
  /** A gesture begins in the window (`active`), or has ended: where a run would make it falter, it waits meanwhile. */
  'training.stepAside': method('main', z.object({ active: z.boolean() }), nothing),
  /** Keep learning: rounds of these settings in the background, each from the best one before, the first from a run or none, whenever labels have changed. Errors: TRAIN_BUSY. */
  'learning.start': method('main', z.object({ settings: TrainSettings, from: runId.nullable() }), nothing),
  /** Ends it, and the round that goes on. */
  'learning.stop': method('main', nothing, nothing),
  /** The image that is shown: rounds predict it first. */
  'learning.look': method('main', z.object({ imageId: imageId.nullable() }), nothing),
  'learning.status': method('main', nothing, Learning.nullable()),
  'training.status': method('main', nothing, z.object({ runId, progress: TrainProgress }).nullable()),
} as const satisfies Record<string, MethodSpec>;
