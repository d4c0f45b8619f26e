import { z } from 'zod';
import { withMetrics } from './metrics';
import { TrainSettings } from './settings';
import { Verdict } from './verdict';

/** A label class. `id` is the pixel value in every mask, 0…253, and never changes; `position` orders the list. */
export const LabelClass = z.object({
  id: z.number().int().min(0).max(253),
  name: z.string().trim().min(1).max(100),
  color: z.string().regex(/^#[0-9a-f]{6}$/),
  position: z.number().int().min(0),
});
export type LabelClass = z.infer<typeof LabelClass>;

/** Labelling state: nothing labelled; some pixels are; the user called it done. */
export const ImageState = z.enum(['unlabelled', 'started', 'done']);
export type ImageState = z.infer<typeof ImageState>;

/** File condition as the last index saw it. */
export const FileStatus = z.enum(['ok', 'missing', 'unreadable']);
export type FileStatus = z.infer<typeof FileStatus>;

/** How much of an image's pseudo-labels a run's teacher leaves standing, at the run's own γ and its `reviewBeta`; shares of its pixels, summing to 1. */
export const ReviewShares = z.object({
  kept: z.number().min(0).max(1),
  /** p̃ < γ */
  lowConfidence: z.number().min(0).max(1),
  /** p̃ ≥ γ but p̃ · d^β < γ: confident, but shaken by pruning */
  doubted: z.number().min(0).max(1),
  /** Mean of the similarity d over the image. */
  meanSimilarity: z.number().min(0).max(1),
});
export type ReviewShares = z.infer<typeof ReviewShares>;

/** One image of the project. Sizes are after EXIF orientation. */
export const ImageRecord = z.object({
  id: z.number().int().positive(),
  /** Path inside the project folder, with forward slashes. */
  path: z.string(),
  width: z.number().int().nonnegative(),
  height: z.number().int().nonnegative(),
  status: FileStatus,
  /** Why an unreadable image cannot be read; of a readable one, what of its file the picture is where that is not all. */
  problem: z.string().nullable(),
  state: ImageState,
  labelledPixels: z.number().int().nonnegative(),
  /** What the run looked at says of it is reviewed; without a run, not. */
  reviewed: z.boolean(),
  notes: z.string(),
  /** Changes whenever the file does; part of the image's address so that caches never show an old one. */
  version: z.string(),
  /** Every score of the image that the run looked at has, by its name; empty without a prediction. */
  scores: z.record(z.string(), z.number()),
});
export type ImageRecord = z.infer<typeof ImageRecord>;

/**
 * How an image of the list is chosen and ordered. `contradicted`: labels say otherwise than the run; `suspect`: by the labels that it is
 * sure against without having learnt from them; `changed` and `change`: what another run predicts otherwise. These are measured before
 * (`comparisons.measure`). All of a run need it; without one `lowConfidence` and `rare` are of the last preview of all images.
 */
export const ImageQuery = z.object({
  filter: z.enum(['all', 'unlabelled', 'suggested', 'started', 'done', 'reviewed', 'contradicted', 'changed', 'problem']),
  sort: z.enum(['name', 'doubted', 'lowConfidence', 'rare', 'contradicted', 'suspect', 'change', 'recent']),
  search: z.string().max(200),
  runId: z.string().nullable(),
  /** The run that `changed` and `change` compare with. */
  against: z.string().optional(),
  /** `changed`: more than this share of an image. */
  over: z.number().min(0).max(1).optional(),
  /** `contradicted`: only images with pixels labelled and predicted as these classes; they may be the same. */
  cell: z.object({ label: z.number().int(), predicted: z.number().int() }).optional(),
});
export type ImageQuery = z.infer<typeof ImageQuery>;

/** Whether a filter or an order of lists is of a run. */
export const needsRun = (choice: ImageQuery['filter'] | ImageQuery['sort']): boolean => OF_A_RUN.has(choice);
/** Whether it goes by what is measured of a run when it is asked for. */
export const isMeasured = (choice: ImageQuery['filter'] | ImageQuery['sort']): boolean => MEASURED.has(choice);
const MEASURED: ReadonlySet<string> = new Set(['contradicted', 'suspect', 'changed', 'change']);
const OF_A_RUN: ReadonlySet<string> = new Set(['reviewed', 'doubted', ...MEASURED]);

/** How a run stands: paused and stopped by its user, failed by a fault of its own, interrupted when Espalier was closed meanwhile. */
export const RunStatus = z.enum(['running', 'paused', 'stopped', 'finished', 'failed', 'interrupted']);
export type RunStatus = z.infer<typeof RunStatus>;

/** What one epoch measured, by the names of `METRICS`; a metric that the epoch did not have is not there. */
export const EpochReport = z.preprocess(
  withMetrics,
  z.object({
    epoch: z.number().int().nonnegative(),
    step: z.number().int().nonnegative(),
    seconds: z.number().nonnegative(),
    metrics: z.record(z.string(), z.number()),
    /** Present in the report of the epoch after which it was reached. */
    verdict: Verdict.nullable().default(null),
  }),
);
export type EpochReport = z.infer<typeof EpochReport>;

export const RunRecord = z.object({
  id: z.string(),
  number: z.number().int().positive(),
  createdAt: z.string(),
  status: RunStatus,
  /** For failed and interrupted runs, and for those of another version: the sentence shown to the user. */
  reason: z.string().nullable(),
  /** Sentences about what happened meanwhile, such as a damaged checkpoint. */
  notes: z.array(z.string()),
  /** What its user says of it. */
  comment: z.string().max(1000),
  /** Null for a run of another version of Espalier whose settings mean nothing to this one. */
  settings: TrainSettings.nullable(),
  labelledImages: z.number().int().nonnegative(),
  unlabelledImages: z.number().int().nonnegative(),
  epochs: z.array(EpochReport),
  seconds: z.number().nonnegative(),
  predictedImages: z.number().int().nonnegative(),
  /** Those of them that were predicted with Best masks. */
  bestImages: z.number().int().nonnegative(),
  /** Those that the user calls reviewed of it. */
  reviewedImages: z.number().int().nonnegative(),
  /** Why the last prediction ended before its last image, in a sentence; null when it did not. Says nothing about the training. */
  predictionProblem: z.string().nullable(),
  /** Images that could not be read, and that the training and the prediction went on without. */
  leftOut: z.object({ training: z.number().int().nonnegative(), prediction: z.number().int().nonnegative() }),
  /** β at which 95 % of what the teacher gets right and is confident of, on labelled images, counts as kept; null before it has predicted. */
  reviewBeta: z.number().nonnegative().nullable(),
  /** The run has ended before its last epoch and has a checkpoint to go on from. */
  resumable: z.boolean(),
  /** The run has ended and has a teacher to predict with. */
  predictable: z.boolean(),
  /** Of a round of keep learning: the number of its first round. */
  chain: z.number().int().positive().nullable(),
  /** Pixels that had labels when it began; null in runs of before. */
  labelledPixels: z.number().int().nonnegative().nullable(),
  /** The run has ended, and another one can begin from what it has learnt. */
  continuable: z.boolean(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** Where a labelled pixel's class came from. */
export const LabelSource = z.enum(['human', 'accepted', 'imported']);
export type LabelSource = z.infer<typeof LabelSource>;

/** What an export contains: labels by hand; accepted ones too; also what a run is sure of; or of all that has none, what a run predicts. Every other pixel is 255. */
export const ExportContent = z.enum(['human', 'accepted', 'refined', 'full']);
export type ExportContent = z.infer<typeof ExportContent>;

/** The VOC palette's colour of class `id`: bits of the id spread over R, G and B from the top bit down. */
export function vocColor(id: number): string {
  let [r, g, b] = [0, 0, 0];
  for (let bit = 0, rest = id; bit < 8; bit++, rest >>= 3) {
    r |= (rest & 1) << (7 - bit);
    g |= ((rest >> 1) & 1) << (7 - bit);
    b |= ((rest >> 2) & 1) << (7 - bit);
  }
  return `#${[r, g, b].map((v) => v.toString(16).padStart(2, '0')).join('')}`;
}
