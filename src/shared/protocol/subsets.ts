import { z } from 'zod';
import { Subset, SubsetPlan } from '../subsets';
import { imageId } from './fields';
import { hostMethod, method, nothing, type MethodSpec } from './method';

/** How the images of a project are dealt out; null: they are not. */
const Dealt = z
  .object({
    plan: SubsetPlan,
    madeAt: z.string(),
    /** Of each subset: images, those of them with labels, and in how many of these each class is, by its id. */
    subsets: z.array(
      z.object({ subset: Subset, images: z.number().int(), labelled: z.number().int(), classes: z.record(z.string(), z.number().int()) }),
    ),
    /** Images of no subset, such as those that were added since. */
    others: z.number().int(),
  })
  .nullable();

/** train, val and test of a project. */
export const subsetMethods = {
  'subsets.get': method('library', nothing, Dealt),
  /** Deals all readable images out, in the place of how they were dealt before. Errors: SUBSET_PATTERN, SUBSETS_FEW. */
  'subsets.make': method('library', SubsetPlan, Dealt),
  'subsets.clear': method('library', nothing, nothing),
  /** Ids of the images of a subset that have labels. */
  'subsets.labelled': hostMethod('library', z.object({ subset: Subset }), z.array(imageId)),
} as const satisfies Record<string, MethodSpec>;
