import { z } from 'zod';
import { imageFile, imageId } from './fields';
import { hostMethod, longHostMethod, longMethod, nothing, type MethodSpec } from './method';
import { Progress } from './progress';

/** Images to label first, those suggested last in a project: a filter of lists. */
export const suggestionMethods = {
  /** Suggests images, in the place of those before. Errors: WEIGHTS_*, NONE_READABLE, NOTHING_UNLABELLED. */
  'suggestions.make': longMethod(
    'main',
    z.object({ count: z.number().int().min(1).max(1000) }),
    Progress,
    z.object({ images: z.array(imageId) }),
  ),
  /** What suggestions are made from: images with labels and without, of many some at random, at most so many. */
  'suggestions.inputs': hostMethod(
    'library',
    z.object({ labelled: z.number().int().min(0), unlabelled: z.number().int().min(1) }),
    z.object({ labelled: z.array(imageFile), unlabelled: z.array(imageFile) }),
  ),
  /** Keeps suggestions, the first to label first, in the place of those before. Errors: IMAGE_UNKNOWN. */
  'suggestions.keep': hostMethod('library', z.object({ images: z.array(imageId) }), nothing),
  /** Ids of images, the first to label first. */
  'engine.suggest': longHostMethod(
    'engine',
    z.object({ labelled: z.array(imageFile), unlabelled: z.array(imageFile), count: z.number().int().min(1) }),
    Progress,
    z.object({ images: z.array(imageId) }),
  ),
} as const satisfies Record<string, MethodSpec>;
