import { z } from 'zod';
import { RunRecord, RunStatus } from '../domain';
import { RunNews } from '../run-news';
import { TrainSettings } from '../settings';
import { imageId, runId, best, imageFile } from './fields';
import { hostMethod, method, nothing, type MethodSpec } from './method';

/** The records of runs: what they learn from, how they go, how they end. */
export const runMethods = {
  'runs.list': method('library', nothing, z.array(RunRecord)),
  /** What its user says of a run. */
  'runs.comment': method('library', z.object({ runId, comment: RunRecord.shape.comment }), RunRecord),
  /** Bytes of a run's folder. */
  'runs.space': method('library', z.object({ runId }), z.object({ bytes: z.number().int().nonnegative() })),
  /**
   * Removes a run with everything in its folder for good; labels that were accepted of it stay, and so do the decisions about it. Errors:
   * RUN_UNKNOWN, TRAIN_BUSY.
   */
  'runs.remove': method('library', z.object({ runId }), nothing),
  'runs.get': hostMethod('library', z.object({ runId }), RunRecord),
  /**
   * Freezes labels and settings into `runs/<id>`; null lists mean: all labelled images, and all the rest. `pixels` are those of all
   * readable images, to be predicted in the end.
   */
  'runs.create': hostMethod(
    'library',
    z.object({
      settings: TrainSettings,
      unlabelled: z.array(imageId).nullable(),
      /** Of a round of keep learning: the number of the chain's first round, or that it is the first. */
      chain: z.union([z.number().int().positive(), z.literal('new')]).optional(),
    }),
    z.object({ runId, folder: z.string(), pixels: z.number() }),
  ),
  /** Marks an ended run as running again. Errors: RUN_UNKNOWN, RUN_FINISHED, RUN_NO_CHECKPOINT, TRAIN_BUSY. */
  'runs.resume': hostMethod(
    'library',
    z.object({ runId }),
    z.object({ folder: z.string(), settings: TrainSettings, pixels: z.number(), seconds: z.number() }),
  ),
  /** Keeps what the engine tells of a run, all or nothing; images left out are marked as problems of the project. */
  'runs.record': hostMethod('library', z.object({ runId, news: z.array(RunNews).max(10_000) }), nothing),
  /** Records how a training has ended. */
  'runs.finish': hostMethod(
    'library',
    z.object({ runId, status: RunStatus.exclude(['running']), reason: z.string().nullable(), seconds: z.number() }),
    RunRecord,
  ),
  /** Removes files and predictions of all ended rounds of a chain but some; their records stay. */
  'runs.prune': hostMethod('library', z.object({ chain: z.number().int().positive(), keep: z.array(runId) }), nothing),
  /** Records how a prediction has ended: with a problem, in a sentence, or without. The run itself stays as it is. */
  'runs.predicted': hostMethod('library', z.object({ runId, problem: z.string().nullable() }), RunRecord),
  /** The folder of a run. */
  'runs.folder': hostMethod('library', z.object({ runId }), z.string()),
  /** The images a run has yet to predict with Best masks or without: all readable ones of which it has no such prediction, by their ids, those after one. */
  'runs.unpredicted': hostMethod(
    'library',
    z.object({ runId, best, after: z.number().int().min(0), limit: z.number().int().min(1).max(10_000) }),
    z.array(imageFile),
  ),
} as const satisfies Record<string, MethodSpec>;
