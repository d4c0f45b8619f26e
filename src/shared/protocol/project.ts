import { z } from 'zod';
import { LabelClass } from '../domain';
import type { ErrorCode } from '../errors';
import { Progress } from './progress';
import { hostMethod, longHostMethod, longMethod, method, nothing, type MethodSpec } from './method';

export const ProjectSummary = z.object({
  /** The same wherever the folder is, and for copies and backups of the project. */
  id: z.string(),
  folder: z.string(),
  name: z.string(),
  classes: z.array(LabelClass),
  /** Readable images count by whether they have labels, as a run does, and not by what they are marked. */
  images: z.object({
    total: z.number().int(),
    labelled: z.number().int(),
    unlabelled: z.number().int(),
    problem: z.number().int(),
  }),
});
export type ProjectSummary = z.infer<typeof ProjectSummary>;

/** Something the user is to know though the call succeeded: a code of the catalogue and its sentence. */
export const Warning = z.object({ code: z.string() as z.ZodType<ErrorCode>, sentence: z.string() });
export type Warning = z.infer<typeof Warning>;

/** A project that has just been opened. */
export const OpenedProject = ProjectSummary.extend({ warnings: z.array(Warning) });
export type OpenedProject = z.infer<typeof OpenedProject>;

/** A backup of a project's database; `images` and `labelled` (images with labels) are null when it cannot be read. */
export const Backup = z.object({
  name: z.string().regex(/^[\w-]+(\.db)?$/),
  /** When it was made, ISO 8601. */
  time: z.string(),
  bytes: z.number().int().nonnegative(),
  images: z.number().int().nonnegative().nullable(),
  labelled: z.number().int().nonnegative().nullable(),
});
export type Backup = z.infer<typeof Backup>;

/** Something wrong in what Espalier keeps of a project: a code of the catalogue, its sentence, and what can be done about it. */
export const Fault = Warning.extend({ state: z.enum(['repairable', 'repaired', 'beyond']) });
export type Fault = z.infer<typeof Fault>;

/** What a check has found, the first thousand faults each in a sentence; and the backup that was made before repairs. */
export const Verification = z.object({ faults: z.array(Fault), more: z.number().int().nonnegative(), backup: z.string().nullable() });
export type Verification = z.infer<typeof Verification>;

/** A project and its backups; the sample. */
export const projectMethods = {
  /**
   * Opens the project of a folder, creating it first when `create` is given; with `project` only the one of that id. When that fails, the
   * one that is open stays so, unless it is the same. Errors: FOLDER_*, PROJECT_*, DISK_FULL.
   */
  'project.open': hostMethod(
    'library',
    z.object({
      folder: z.string().min(1),
      create: z
        .object({ classes: z.array(z.object({ id: LabelClass.shape.id.optional(), name: z.string(), color: z.string() })) })
        .nullable(),
      project: z.string().optional(),
    }),
    OpenedProject,
  ),
  'project.close': hostMethod('library', nothing, nothing),
  /** The backups of a folder's project, open or not, the newest first. Errors: FOLDER_MISSING. */
  'project.backups': method('library', z.object({ folder: z.string().min(1) }), z.array(Backup)),
  /**
   * Makes a backup the project's database, which is closed first when it is the open one; `kept` names the backup that holds what was there.
   * Errors: FOLDER_*, PROJECT_IN_USE, BACKUP_UNKNOWN, BACKUP_DAMAGED, DISK_FULL.
   */
  'project.restore': hostMethod(
    'library',
    z.object({ folder: z.string().min(1), backup: Backup.shape.name }),
    z.object({ kept: z.string().nullable() }),
  ),
  /**
   * Looks for faults in all that is kept of a folder's project, which is closed first when it is the open one; with `repair` mends what can
   * be mended. Errors: FOLDER_*, PROJECT_*.
   */
  'project.verify': longHostMethod('library', z.object({ folder: z.string().min(1), repair: z.boolean() }), Progress, Verification),
  'project.summary': method('library', nothing, ProjectSummary),
  /** Whether what is saved is under the path that is shown. Errors: PROJECT_MOVED, and so does every other method that changes something. */
  'project.check': method('library', nothing, nothing),
  /** Brings the index up to date with the folder: added, changed, moved and removed files. Thumbnails are made when first shown. */
  'project.index': longMethod(
    'library',
    nothing,
    Progress,
    z.object({
      added: z.number().int(),
      changed: z.number().int(),
      /** Moved or renamed, recognised by their content; labels and predictions stay with them. */
      moved: z.number().int(),
      removed: z.number().int(),
      unreadable: z.array(z.object({ name: z.string(), reason: z.string() })),
      /** What is not taken of images that were added or changed: each remark with how many images it is true of, and the first of them. */
      remarks: z.array(z.object({ remark: z.string(), images: z.number().int(), first: z.string() })),
    }),
  ),
  /** Generates the sample data set in `folder/micrographs` with its ground truth in `folder/truth`; existing files are kept. */
  'sample.create': longHostMethod(
    'library',
    z.object({
      folder: z.string().min(1),
      images: z.number().int().min(1).max(100000),
      size: z.number().int().min(32).max(4096),
      seed: z.number().int(),
    }),
    Progress,
    z.object({ images: z.string(), truth: z.string() }),
  ),
} as const satisfies Record<string, MethodSpec>;
