import { z } from 'zod';
import { ExportContent, LabelClass } from '../domain';
import { imageId, runId, beta, share } from './fields';
import { Progress } from './progress';
import { hostMethod, longMethod, method, nothing, type MethodSpec } from './method';

/** An option of a format: one of several ways (the first where none is chosen), or a class. */
export const FormatOption = z.intersection(
  z.object({ name: z.string(), title: z.string(), help: z.string() }),
  z.discriminatedUnion('kind', [
    /** What each choice is called, by its value. */
    z.object({ kind: z.literal('choice'), choices: z.record(z.string(), z.string()) }),
    /** The value is the number of a class or (null) unlabelled; left out, it is not said. */
    z.object({ kind: z.literal('class') }),
    /** Words; left out, nothing is said. */
    z.object({ kind: z.literal('text') }),
  ]),
);
export type FormatOption = z.infer<typeof FormatOption>;

/** Values of options, by name. */
const FormatOptions = z.record(z.string(), z.union([z.string(), LabelClass.shape.id.nullable()]));

/** Labels in folders, in the formats of the registry: import and export. A mask is what a format says of all pixels of an image. */
export const maskMethods = {
  'formats.list': method(
    'library',
    nothing,
    z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        about: z.string(),
        holds: z.object({ classes: z.number().int(), holes: z.boolean(), parts: z.boolean(), unlabelled: z.boolean() }),
        /** Options of an import; null: there is none. */
        imports: z.array(FormatOption).nullable(),
        exports: z.array(FormatOption).nullable(),
      }),
    ),
  ),
  /** What an import would find, before anything is changed. */
  'import.look': method(
    'library',
    /** Format null: the one that the folder is recognised as. */
    z.object({ folder: z.string().min(1), format: z.string().nullable(), options: FormatOptions }),
    z.object({
      format: z.string(),
      /** Images of the project that it has labels of. */
      images: z.number().int(),
      /** Names of its classes in order; null: its numbers are those of the project. */
      classes: z.array(z.string()).nullable(),
      /** Greys and colours that occur in the first of the files, and what they stand for; null: the format says what its numbers are. */
      values: z.array(z.object({ value: z.string(), pixels: z.number().int(), name: z.string().nullable() })).nullable(),
      /** How much is left out, and the first of it. */
      leftOut: z.number().int(),
      examples: z.array(z.object({ name: z.string(), reason: z.string() })),
    }),
  ),
  'import.masks': longMethod(
    'library',
    z.object({
      folder: z.string().min(1),
      /** Null: the one that the folder is recognised as. */
      format: z.string().nullable(),
      options: FormatOptions,
      imageIds: z.array(imageId).nullable(),
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
      format: z.string(),
      options: FormatOptions,
      content: ExportContent,
      runId: runId.nullable(),
      /** Null: that of the run. */
      gamma: share.nullable(),
      /** Null: the run's `reviewBeta`. */
      beta: beta.nullable(),
      /** Null: all that have something to say. */
      imageIds: z.array(imageId).nullable(),
      /** Whether maps are written of where each pixel's class came from and how probable it is; left out: they are not. */
      maps: z.boolean().optional(),
    }),
    Progress,
    z.object({
      written: z.number().int(),
      /** Of the pixels written, those that have a class; 0 where nothing was written. */
      share,
      folder: z.string(),
      /** How many images were left out, or are incomplete; `what` says which and why, `names` are the first of them. */
      remarks: z.array(z.object({ what: z.string(), images: z.number().int(), names: z.array(z.string()) })),
    }),
  ),
} as const satisfies Record<string, MethodSpec>;
