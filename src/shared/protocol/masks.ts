import { z } from 'zod';
import { ExportContent, LabelClass } from '../domain';
import { imageId, runId, beta, share } from './fields';
import { Progress } from './progress';
import { hostMethod, longMethod, type MethodSpec } from './method';

/** Masks in folders: import and export. */
export const maskMethods = {
  'import.masks': longMethod(
    'library',
    z.object({
      folder: z.string().min(1),
      imageIds: z.array(imageId).nullable(),
      /** What 255 is in masks of 0 and 255 alone: a class, or (null) unlabelled as elsewhere. Left out, such masks are refused. */
      white: LabelClass.shape.id.nullable().optional(),
    }),
    Progress,
    z.object({
      imported: z.number().int(),
      /** Names of the classes that came with the masks. */
      added: z.array(z.string()),
      /** Masks, and images asked for, that were left out; `reason` as in "name (reason)". */
      skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
    }),
  ),
  /** The mask (absolute path) of each image in a folder, by the rule of imports; without one, why. */
  'masks.find': hostMethod(
    'library',
    z.object({ folder: z.string().min(1), imageIds: z.array(imageId) }),
    z.array(z.union([z.object({ mask: z.string() }), z.object({ mask: z.null(), reason: z.string() })])),
  ),
  'export.masks': longMethod(
    'library',
    z.object({
      folder: z.string().min(1),
      content: ExportContent,
      runId: runId.nullable(),
      /** Null: that of the run. */
      gamma: share.nullable(),
      /** Null: the run's `reviewBeta`. */
      beta: beta.nullable(),
      /** Null: all that have something to say. */
      imageIds: z.array(imageId).nullable(),
    }),
    Progress,
    z.object({
      written: z.number().int(),
      folder: z.string(),
      /** How many images were left out, or are incomplete; `what` says which and why, `names` are the first of them. */
      remarks: z.array(z.object({ what: z.string(), images: z.number().int(), names: z.array(z.string()) })),
    }),
  ),
} as const satisfies Record<string, MethodSpec>;
