import { z } from 'zod';
import { ImageState, LabelSource } from '../domain';
import { imageId, words } from './fields';
import { hostMethod, method, nothing, type MethodSpec } from './method';

/** State of an image's labels after any change. `revision` counts changes and guards against stale writers. */
export const LabelState = z.object({
  revision: z.number().int().nonnegative(),
  undo: z.number().int().nonnegative(),
  redo: z.number().int().nonnegative(),
  labelledPixels: z.number().int().nonnegative(),
  state: ImageState,
});
export type LabelState = z.infer<typeof LabelState>;

/** A version of an image's labels: edits of one kind that followed each other without a long pause. */
export const LabelVersion = z.object({
  /** Number of its last edit; 0: before the first. */
  seq: z.number().int().nonnegative(),
  edits: z.number().int().nonnegative(),
  /** Null: as they were before the first edit that can be restored. */
  source: LabelSource.nullable(),
  /** Where imported labels are from. */
  origin: z.string().nullable(),
  /** The run that was decided on. */
  run: z.number().int().nullable(),
  /** The version that it made again. */
  restored: z.number().int().nullable(),
  /** Of its last edit, ISO 8601. */
  time: z.string().nullable(),
  current: z.boolean(),
});
export type LabelVersion = z.infer<typeof LabelVersion>;

/** The labels of an image, gesture by gesture. */
export const labelMethods = {
  'labels.read': method(
    'library',
    z.object({ imageId }),
    LabelState.extend({ width: z.number().int(), height: z.number().int(), rle: words }),
  ),
  /** Tells one state of all labels and decisions from another. */
  'labels.stamp': hostMethod('library', nothing, z.object({ stamp: z.string() })),
  /** Saves one gesture; answered only when it is on disk. Errors: LABELS_OUTDATED, LABELS_INVALID, DISK_FULL. */
  'labels.apply': method(
    'library',
    z.object({ imageId, revision: z.number().int(), tool: z.string().max(40), source: LabelSource, diff: words }),
    LabelState,
  ),
  /** Steps back or forth in the image's history; `diff` is what to write into the label map. */
  'labels.undo': method('library', z.object({ imageId, revision: z.number().int() }), LabelState.extend({ diff: words })),
  /** The versions of an image's labels that can be restored, the newest first. */
  'labels.versions': method('library', z.object({ imageId }), z.array(LabelVersion)),
  /** Makes a version the labels again, as one more step of the history. Errors: LABELS_OUTDATED, VERSION_UNKNOWN, LABELS_DAMAGED. */
  'labels.restore': method(
    'library',
    z.object({ imageId, revision: z.number().int(), seq: z.number().int().nonnegative() }),
    LabelState.extend({ diff: words }),
  ),
  'labels.redo': method('library', z.object({ imageId, revision: z.number().int() }), LabelState.extend({ diff: words })),
} as const satisfies Record<string, MethodSpec>;
