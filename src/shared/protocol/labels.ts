import { z } from 'zod';
import { ImageState, LabelSource } from '../domain';
import { imageId, words } from './fields';
import { method, type MethodSpec } from './method';

/** State of an image's labels after any change. `revision` counts changes and guards against stale writers. */
export const LabelState = z.object({
  revision: z.number().int().nonnegative(),
  undo: z.number().int().nonnegative(),
  redo: z.number().int().nonnegative(),
  labelledPixels: z.number().int().nonnegative(),
  state: ImageState,
});
export type LabelState = z.infer<typeof LabelState>;

/** The labels of an image, gesture by gesture. */
export const labelMethods = {
  'labels.read': method(
    'library',
    z.object({ imageId }),
    LabelState.extend({ width: z.number().int(), height: z.number().int(), rle: words }),
  ),
  /** Saves one gesture; answered only when it is on disk. Errors: LABELS_OUTDATED, LABELS_INVALID, DISK_FULL. */
  'labels.apply': method(
    'library',
    z.object({ imageId, revision: z.number().int(), tool: z.string().max(40), source: LabelSource, diff: words }),
    LabelState,
  ),
  /** Steps back or forth in the image's history; `diff` is what to write into the label map. */
  'labels.undo': method('library', z.object({ imageId, revision: z.number().int() }), LabelState.extend({ diff: words })),
  'labels.redo': method('library', z.object({ imageId, revision: z.number().int() }), LabelState.extend({ diff: words })),
} as const satisfies Record<string, MethodSpec>;
