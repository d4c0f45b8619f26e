import { z } from 'zod';
import { ImageQuery } from '../domain';
import { beta, imageId, runId, share, words } from './fields';
import { LabelState } from './labels';
import { longMethod, method, nothing, type MethodSpec } from './method';
import { Progress } from './progress';

export const Decision = z.object({
  id: z.number().int(),
  runId,
  imageId,
  kind: z.enum(['accept', 'reject']),
  classId: z.number().int().nullable(),
  pixels: z.number().int(),
  createdAt: z.string(),
  /** Taken back. */
  undone: z.boolean(),
  /** Later decisions leave nothing of it. */
  superseded: z.boolean(),
});
export type Decision = z.infer<typeof Decision>;

/** What a decision was made on: what a run said of an image, by the version that `predictions.read` gave; and the labels then. */
const seen = z.object({ runId, imageId, prediction: z.number().int(), revision: z.number().int() });

/** Which pixels a rule takes: those predicted as one of these classes whose score s = p̃ · d^β is at least so much, in these images. */
export const ReviewRule = z.object({
  runId,
  classIds: z.array(z.number().int()).min(1),
  least: share,
  beta,
  /** Null: all of a list. */
  imageIds: z.array(imageId).nullable(),
  query: ImageQuery,
});
export type ReviewRule = z.infer<typeof ReviewRule>;

/** What a rule took, or would take, of an image. */
const Taken = z.object({ imageId, pixels: z.number().int().positive() });

/** Decisions about what a run says of an image. */
export const reviewMethods = {
  /**
   * Takes a region (pairs start, length) of a prediction into the labels, with its record in the audit trail; `diff` is what that changes,
   * `classId` null: several classes. Each decision is a step of the image's history. Errors: PREDICTION_OUTDATED, LABELS_OUTDATED.
   */
  'review.accept': method('library', seen.extend({ classId: z.number().int().nullable(), region: words, diff: words }), LabelState),
  /**
   * Bars classes from regions: pseudo-labels saying so get no weight in later runs, and what was accepted there is no label any more;
   * `diff` is what to write into the label map. Errors: PREDICTION_OUTDATED, LABELS_OUTDATED.
   */
  'review.reject': method(
    'library',
    seen.extend({ regions: z.array(z.object({ classId: z.number().int(), region: words })).min(1) }),
    LabelState.extend({ diff: words }),
  ),
  /** Takes a decision back, as a new step of the image's history; `diff` is what to write into the label map. */
  'review.revoke': method(
    'library',
    z.object({ imageId, id: z.number().int(), revision: z.number().int() }),
    LabelState.extend({ diff: words }),
  ),
  /**
   * What the decisions in force come to, each as the run lengths of a map of the image, 255 for none: the class that a pixel was accepted as,
   * and is; the class that was barred from it.
   */
  'review.decided': method('library', z.object({ imageId }), z.object({ accepted: words, rejected: words })),
  /** What a rule would take, changing nothing: images by their pixels, the first dozen of them. */
  'review.tryRule': longMethod(
    'library',
    ReviewRule,
    Progress,
    z.object({ images: z.number().int(), pixels: z.number().int(), most: z.array(Taken) }),
  ),
  /**
   * Accepts what a rule takes, one decision an image, told as it is made: what was accepted before this is aborted stays. Nothing that is
   * labelled or was rejected is touched.
   */
  'review.acceptByRule': longMethod(
    'library',
    ReviewRule,
    Progress.extend({ taken: Taken.extend({ decision: z.number().int() }).nullable() }),
    nothing,
  ),
  /** Takes decisions back, as `review.revoke` does one. */
  'review.revokeAll': longMethod('library', z.object({ ids: z.array(z.number().int()) }), Progress, nothing),
  'review.decisions': method('library', z.object({ imageId }), z.array(Decision)),
} as const satisfies Record<string, MethodSpec>;
