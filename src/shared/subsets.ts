import { z } from 'zod';

/** The subsets of a project. Runs learn from the first and from images of none; the others are left for judging. */
export const SUBSETS = ['train', 'val', 'test'] as const;
export const Subset = z.enum(SUBSETS);
export type Subset = (typeof SUBSETS)[number];

/** How images are dealt out. */
export const SubsetPlan = z.object({
  /** Shares of the images, in any unit. */
  ratios: z
    .object({ train: z.number().positive(), val: z.number().nonnegative(), test: z.number().nonnegative() })
    .refine(({ val, test }) => val + test > 0, { message: 'val or test must have a share' }),
  /**
   * What stays together: nothing; all images of a folder; or all whose paths have the same text where `pattern` matches (its first group, else
   * all of it), an image that it does not match alone.
   */
  together: z.enum(['none', 'folder', 'pattern']),
  /** A regular expression of JavaScript. */
  pattern: z.string().max(500),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1),
});
export type SubsetPlan = z.infer<typeof SubsetPlan>;
