import { z } from 'zod';
import { EpochReport, ReviewShares } from './domain';

/** An image that could not be read when a run needed it; the run went on without it. */
export const LeftOut = z.object({
  /** Whether the run should have learnt from it or been measured on it, or should have told its classes. */
  stage: z.enum(['training', 'prediction']),
  imageId: z.number().int().positive(),
  /** File name, and why it could not be read. */
  name: z.string(),
  reason: z.string(),
});
export type LeftOut = z.infer<typeof LeftOut>;

/** What the engine tells of a run to be kept in its record. Telling the same thing twice changes nothing. */
export const RunNews = z.discriminatedUnion('kind', [
  /** An epoch has ended. */
  z.object({ kind: z.literal('epoch'), report: EpochReport }),
  /** An image has been predicted; `beta` is what its shares are told at. */
  z.object({
    kind: z.literal('prediction'),
    imageId: z.number().int().positive(),
    shares: ReviewShares,
    /** With Best masks. */
    best: z.boolean(),
    beta: z.number().min(0).max(100),
  }),
  z.object({ kind: z.literal('leftOut'), ...LeftOut.shape }),
  /** A sentence about the run that its user should know. */
  z.object({ kind: z.literal('note'), sentence: z.string().min(1) }),
]);
export type RunNews = z.infer<typeof RunNews>;

/** Work of one kind that was done: `units` of it in so many seconds. */
export const Work = z.object({ kind: z.string(), units: z.number().nonnegative(), seconds: z.number().nonnegative() });
export type Work = z.infer<typeof Work>;

/** Starting a program before it does anything: the one kind of work that is not counted in pixels. */
export const OPENING = 'opening';

/**
 * What is still to be done, by kind of work. One unit is about what a network takes to look at one pixel, so that the time of a kind that
 * has not been met yet can be expected from the others.
 */
export const WorkLeft = z.record(z.string(), z.number().nonnegative());
export type WorkLeft = z.infer<typeof WorkLeft>;

/** Units of work that predicting a pixel takes: teacher and pruned teacher, for each pixel that they look at; reading and writing. */
const [PREDICTED, WRITTEN] = [1.6, 0.6];

/**
 * Units of work that predicting images takes.
 * @param pixels of the images
 * @param looks pixels that are looked at, over those: the square of the scale, more with Best masks
 */
export function predictionWork(pixels: number, looks: number): number {
  return pixels * (PREDICTED * looks + WRITTEN);
}

/** What comes with each step of a run's work, beside how far it is. */
export const Telling = z.object({ news: z.array(RunNews), work: Work.nullable(), left: WorkLeft });
export type Telling = z.infer<typeof Telling>;
