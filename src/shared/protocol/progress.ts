import { z } from 'zod';
import { RunNews } from '../run-news';

/** Progress of long work. `done` of `total` items; seconds left are null while unknown. */
export const Progress = z.object({
  done: z.number().nonnegative(),
  total: z.number().nonnegative(),
  secondsLeft: z.number().nonnegative().nullable(),
});
export type Progress = z.infer<typeof Progress>;

/** Progress of what a run's networks do with images, with what it tells of them. */
export const ImageProgress = Progress.extend({ news: z.array(RunNews) });
export type ImageProgress = z.infer<typeof ImageProgress>;
