import { z } from 'zod';
import { Analysis, CalibrationReport } from './analysis';
import { ClassSet } from './class-set';
import { EpochReport, ExportContent, ImageQuery, ImageRecord, ImageState, LabelClass, LabelSource, RunRecord, RunStatus } from './domain';
import type { ErrorCode } from './errors';
import { SampleRange } from './picture';
import { EMBEDDING } from './run';
import { RunNews, Telling } from './run-news';
import { BACKBONES, TrainSettings } from './settings';
import { WeightsRecord } from './weights';

/**
 * Every message of Espalier, declared once: who answers it, who may call it, its parameters, its progress and its result.
 * Types are inferred from these schemas; each receiving edge validates with them.
 */
export type Owner = 'main' | 'library' | 'engine';

/** Who may call a method: a window's page too, or the host and the terminal alone. */
export type Caller = 'window' | 'host';

export interface MethodSpec {
  readonly owner: Owner;
  readonly caller: Caller;
  readonly params: z.ZodType;
  readonly progress: z.ZodType;
  readonly result: z.ZodType;
}

const nothing = z.null();
const imageId = z.number().int().positive();
const runId = z.string().min(1).max(100);
/** The run whose marks and shares are told of images; null: none. */
const lookedAt = runId.nullable();
const beta = z.number().min(0).max(100);
const words = z.instanceof(Uint32Array);
const bytes = z.instanceof(Uint8Array);
const part: z.ZodType<Uint8Array> = bytes;
const tileIndex = z.number().int().min(0).max(10_000);
const share = z.number().min(0).max(1);

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

/** State of an image's labels after any change. `revision` counts changes and guards against stale writers. */
export const LabelState = z.object({
  revision: z.number().int().nonnegative(),
  undo: z.number().int().nonnegative(),
  redo: z.number().int().nonnegative(),
  labelledPixels: z.number().int().nonnegative(),
  state: ImageState,
});
export type LabelState = z.infer<typeof LabelState>;

/** Where a row stands in a list: its index, and what the order goes by: its value there, among those with a score or without, and its id. */
export const ListPlace = z.object({
  index: z.number().int().min(0),
  scored: z.boolean(),
  value: z.union([z.string(), z.number()]),
  id: imageId,
});
export type ListPlace = z.infer<typeof ListPlace>;

export const Decision = z.object({
  id: z.number().int(),
  runId,
  imageId,
  kind: z.enum(['accept', 'reject']),
  classId: z.number().int().nullable(),
  pixels: z.number().int(),
  createdAt: z.string(),
  /** Taken back. */
  undone: z.boolean(),
  /** Later decisions leave nothing of it. */
  superseded: z.boolean(),
});
export type Decision = z.infer<typeof Decision>;

/** What a decision was made on: what a run said of an image, by the version that `predictions.read` gave; and the labels then. */
const seen = z.object({ runId, imageId, prediction: z.number().int(), revision: z.number().int() });

/**
 * What a run is doing now; `step` of `steps` are batches of the calibration while it calibrates, images while it evaluates (its held-out
 * ones), predicts or takes features.
 */
export const RunActivity = z.object({
  phase: z.enum(['preparing', 'features', 'judging', 'warmup', 'calibrating', 'training', 'evaluating', 'predicting']),
  epoch: z.number().int().nonnegative(),
  epochs: z.number().int().positive(),
  step: z.number().int().nonnegative(),
  steps: z.number().int().nonnegative(),
  loss: z.number().nullable(),
});
export type RunActivity = z.infer<typeof RunActivity>;

/** What the engine tells while it trains. */
export const TrainTelling = RunActivity.extend(Telling.shape);
export type TrainTelling = z.infer<typeof TrainTelling>;

/** What a run is doing now, as the window is told. */
export const TrainProgress = RunActivity.extend({
  /** Of all that is to come, the prediction among it; null while unknown. */
  secondsLeft: z.number().nonnegative().nullable(),
  /** Present once an epoch, when it ends. */
  report: EpochReport.nullable(),
});
export type TrainProgress = z.infer<typeof TrainProgress>;

/**
 * How a training is stopped: `pause` keeps it as it is, to be resumed; `stop` ends it; `predict` ends it, and predicts with what it has
 * learnt so far. A checkpoint is kept in any case. While a run predicts, each of them ends the prediction.
 */
export const StopHow = z.enum(['pause', 'stop', 'predict']);
export type StopHow = z.infer<typeof StopHow>;

export const Evaluation = z.object({
  network: z.enum(['student', 'teacher']),
  /** The epoch the network is of when it is its best on held-out images; null: as it was last. */
  bestEpoch: z.number().int().nullable(),
  images: z.number().int(),
  miou: z.number(),
  accuracy: z.number(),
  perClass: z.array(z.object({ id: z.number().int(), name: z.string(), iou: z.number().nullable() })),
  /** confusion[truth][prediction], in the order of `perClass` */
  confusion: z.array(z.array(z.number())),
  /**
   * How well the probability that the network gives its class, and the confidence fitted on labels, tell right pixels from wrong ones: the
   * probability that a right one has more of it than a wrong one. Null where there is none, or nothing to tell apart.
   */
  auc: z.object({ probability: share.nullable(), fitted: share.nullable() }),
});
export type Evaluation = z.infer<typeof Evaluation>;

const backbone = z.enum(BACKBONES);
/** Whether images are predicted with Best masks, see `best-masks.ts`. */
const best = z.boolean();

/** An image as the engine reads it; `path` is absolute. */
const imageFile = z.object({ id: imageId, path: z.string(), width: z.number().int(), height: z.number().int() });
/** `name`: the path without extension or, where two images share that, with it; masks of the image are named so. */
const namedImage = imageFile.extend({ name: z.string() });
/** `truth`: absolute path of the PNG of class ids that it is compared with. */
const truthImage = namedImage.extend({ truth: z.string() });

/** For windows too. */
function method<O extends Owner, P extends z.ZodType, R extends z.ZodType>(owner: O, params: P, result: R) {
  return { owner, caller: 'window', params, progress: nothing, result } as const;
}
function longMethod<O extends Owner, P extends z.ZodType, G extends z.ZodType, R extends z.ZodType>(
  owner: O,
  params: P,
  progress: G,
  result: R,
) {
  return { owner, caller: 'window', params, progress, result } as const;
}
/** For the host and the terminal alone. */
function hostMethod<O extends Owner, P extends z.ZodType, R extends z.ZodType>(owner: O, params: P, result: R) {
  return { owner, caller: 'host', params, progress: nothing, result } as const;
}
function longHostMethod<O extends Owner, P extends z.ZodType, G extends z.ZodType, R extends z.ZodType>(
  owner: O,
  params: P,
  progress: G,
  result: R,
) {
  return { owner, caller: 'host', params, progress, result } as const;
}

/** What the page has the system do with its window. `zoom…`: of everything in it, not of the image. */
export const WindowAction = z.enum(['zoomIn', 'zoomOut', 'zoomReset', 'fullScreen', 'quit']);
export type WindowAction = z.infer<typeof WindowAction>;

/** The commands of the window that are in the system's menu. */
export const MenuCommand = z.enum(['project.open', 'keys.open', 'app.about']);
export type MenuCommand = z.infer<typeof MenuCommand>;

export const methods = {
  // ── library: the project ──
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
  'project.summary': method('library', nothing, ProjectSummary),
  /** Whether what is saved is under the path that is shown. Errors: PROJECT_MOVED, and so does every other method that changes something. */
  'project.check': method('library', nothing, nothing),
  /** Brings the index up to date with the folder: added, changed and removed files. Thumbnails are made when first shown. */
  'project.index': longMethod(
    'library',
    nothing,
    Progress,
    z.object({
      added: z.number().int(),
      changed: z.number().int(),
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

  // ── library: images ──
  /**
   * Rows of a list from `offset` on. From `after`, the `last` of a page before them (the nearer the better), they are found at once however
   * deep they are, and go on where that page ended though the list has changed since.
   */
  'images.list': method(
    'library',
    z
      .object({
        query: ImageQuery,
        offset: z.number().int().min(0),
        limit: z.number().int().min(1).max(1000),
        after: ListPlace.optional(),
      })
      .refine(({ offset, after }) => after === undefined || after.index < offset, 'a page begins after the place that it is found from'),
    z.object({ total: z.number().int(), items: z.array(ImageRecord), last: ListPlace.nullable() }),
  ),
  'images.get': method('library', z.object({ id: imageId, runId: lookedAt }), ImageRecord),
  /** Position of an image in a list, or null when the query leaves it out. */
  'images.position': method('library', z.object({ id: imageId, query: ImageQuery }), z.number().int().nullable()),
  'images.update': method('library', z.object({ id: imageId, notes: z.string().max(10000), runId: lookedAt }), ImageRecord),
  /** Marks images done, or reviewed of a run, or not; `changed` are those that were not so before. Errors: RUN_UNKNOWN. */
  'images.mark': method(
    'library',
    z.object({ ids: z.array(imageId).max(10_000), mark: z.enum(['done', 'reviewed']), on: z.boolean(), runId: lookedAt }),
    z.object({ images: z.array(ImageRecord), changed: z.array(imageId) }),
  ),
  /** The image upright as training sees it, or its thumbnail: its progress is a bitmap, part by part. `range` counts for more than 8 bits. */
  'images.picture': longHostMethod(
    'library',
    z.object({ id: imageId, kind: z.enum(['display', 'thumbnail']), range: SampleRange.nullable() }),
    part,
    nothing,
  ),
  /** A tile of a large image, as `images.picture` gives pictures; levels, sizes and places as in `picture.ts`. */
  'images.tile': longHostMethod(
    'library',
    z.object({ id: imageId, level: tileIndex, x: tileIndex, y: tileIndex, range: SampleRange.nullable() }),
    part,
    nothing,
  ),
  /** What the samples of an image of more than 8 bits hold, and the range of them that is shown by itself; null for other images. */
  'images.samples': method(
    'library',
    z.object({ id: imageId }),
    z.object({ min: z.number(), max: z.number(), range: SampleRange }).nullable(),
  ),
  /** The readable images that each name of a list may mean: one, none, or (ambiguous) several. */
  'images.named': hostMethod('library', z.object({ names: z.array(z.string()) }), z.array(z.array(namedImage))),
  /** Readable images in order of their ids, those after an id. */
  'images.readable': hostMethod(
    'library',
    z.object({ after: z.number().int().min(0), limit: z.number().int().min(1).max(10_000) }),
    z.array(namedImage),
  ),

  // ── library: classes ──
  'classes.list': method('library', nothing, z.array(LabelClass)),
  'classes.add': method('library', z.object({ name: z.string(), color: z.string().nullable() }), LabelClass),
  'classes.update': method(
    'library',
    z.object({ id: z.number().int(), name: z.string().optional(), color: z.string().optional() }),
    LabelClass,
  ),
  /** Gives several classes other colours, all or none. */
  'classes.recolor': method(
    'library',
    z.object({ colors: z.array(z.object({ id: z.number().int(), color: z.string() })).max(254) }),
    z.array(LabelClass),
  ),
  /** Adds the classes of a set whose names are new and gives the others its colours, all or none. */
  'classes.addSet': method('library', z.object({ set: ClassSet }), z.array(LabelClass)),
  /** Images and pixels labelled with each class; classes without any are left out. */
  'classes.counts': method('library', nothing, z.array(z.object({ id: z.number().int(), images: z.number().int(), pixels: z.number() }))),
  'classes.reorder': method('library', z.object({ ids: z.array(z.number().int()) }), z.array(LabelClass)),
  /** What removing or merging a class would touch. */
  'classes.usage': method('library', z.object({ id: z.number().int() }), z.object({ images: z.number().int(), pixels: z.number() })),
  'classes.merge': method('library', z.object({ from: z.number().int(), into: z.number().int() }), z.array(LabelClass)),
  /** Removes a class; its pixels become unlabelled. */
  'classes.remove': method('library', z.object({ id: z.number().int() }), z.array(LabelClass)),

  // ── library: labels ──
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

  // ── library: runs, predictions, review ──
  'runs.list': method('library', nothing, z.array(RunRecord)),
  'runs.get': hostMethod('library', z.object({ runId }), RunRecord),
  /**
   * Freezes labels and settings into `runs/<id>`; null lists mean: all labelled images, and all the rest. `pixels` are those of all
   * readable images, to be predicted in the end.
   */
  'runs.create': hostMethod(
    'library',
    z.object({ settings: TrainSettings, unlabelled: z.array(imageId).nullable() }),
    z.object({ runId, folder: z.string(), pixels: z.number() }),
  ),
  /** Marks an ended run as running again. Errors: RUN_UNKNOWN, RUN_FINISHED, RUN_NO_CHECKPOINT, TRAIN_BUSY. */
  'runs.resume': hostMethod(
    'library',
    z.object({ runId }),
    z.object({ folder: z.string(), settings: TrainSettings, pixels: z.number(), seconds: z.number() }),
  ),
  /** Keeps what the engine tells of a run, all or nothing; images left out are marked as problems of the project. */
  'runs.record': hostMethod('library', z.object({ runId, news: z.array(RunNews).max(10_000) }), nothing),
  /** Records how a training has ended. */
  'runs.finish': hostMethod(
    'library',
    z.object({ runId, status: RunStatus.exclude(['running']), reason: z.string().nullable(), seconds: z.number() }),
    RunRecord,
  ),
  /** Records how a prediction has ended: with a problem, in a sentence, or without. The run itself stays as it is. */
  'runs.predicted': hostMethod('library', z.object({ runId, problem: z.string().nullable() }), RunRecord),
  /** The folder of a run. */
  'runs.folder': hostMethod('library', z.object({ runId }), z.string()),
  /** The images a run has yet to predict with Best masks or without: all readable ones of which it has no such prediction, by their ids, those after one. */
  'runs.unpredicted': hostMethod(
    'library',
    z.object({ runId, best, after: z.number().int().min(0), limit: z.number().int().min(1).max(10_000) }),
    z.array(imageFile),
  ),
  /** What the teacher of a run says of each pixel of an image; planes as in `run.ts`. */
  'predictions.read': method(
    'library',
    z.object({ runId, imageId }),
    z.object({
      version: z.number().int(),
      width: z.number().int(),
      height: z.number().int(),
      classes: bytes,
      confidence: bytes,
      similarity: bytes,
    }),
  ),
  /** What the teacher of a run sees at each cell of an image: one byte for each cell, channel after channel, as in `run.ts`. */
  'predictions.embedding': method(
    'library',
    z.object({ runId, imageId }),
    z
      .object({ columns: z.number().int().positive(), rows: z.number().int().positive(), values: bytes })
      .refine(({ columns, rows, values }) => values.length === columns * rows * EMBEDDING.channels, 'a number is missing or too many'),
  ),
  /**
   * Takes a region (pairs start, length) of a prediction into the labels, with its record in the audit trail; `diff` is what that changes,
   * `classId` null: several classes. Each decision is a step of the image's history. Errors: PREDICTION_OUTDATED, LABELS_OUTDATED.
   */
  'review.accept': method('library', seen.extend({ classId: z.number().int().nullable(), region: words, diff: words }), LabelState),
  /**
   * Bars classes from regions: pseudo-labels saying so get no weight in later runs, and what was accepted there is no label any more;
   * `diff` is what to write into the label map. Errors: PREDICTION_OUTDATED, LABELS_OUTDATED.
   */
  'review.reject': method(
    'library',
    seen.extend({ regions: z.array(z.object({ classId: z.number().int(), region: words })).min(1) }),
    LabelState.extend({ diff: words }),
  ),
  /** Takes a decision back, as a new step of the image's history; `diff` is what to write into the label map. */
  'review.revoke': method(
    'library',
    z.object({ imageId, id: z.number().int(), revision: z.number().int() }),
    LabelState.extend({ diff: words }),
  ),
  'review.decisions': method('library', z.object({ imageId }), z.array(Decision)),

  // ── library: import and export ──
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

  // ── engine ──
  'engine.info': hostMethod(
    'engine',
    nothing,
    z.object({
      tensorflow: z.string(),
      threads: z.number().int(),
      gpu: z.boolean(),
      /** Tensors held now, in JavaScript and by TensorFlow together, and resident memory, bytes: neither grows while a run trains. */
      tensors: z.number().int(),
      residentBytes: z.number().int(),
    }),
  ),
  /** Trains the run frozen in `folder`, continuing from its checkpoint when there is one. Aborting keeps the last checkpoint. */
  'engine.train': longHostMethod(
    'engine',
    z.object({ folder: z.string().min(1) }),
    TrainTelling,
    z.object({ status: z.enum(['finished', 'stopped']), step: z.number().int(), seconds: z.number() }),
  ),
  /** Keeps a file's weights as the pretrained ones of a backbone. Errors: FILE_UNREADABLE, WEIGHTS_*, DISK_FULL; nothing is kept then. */
  'engine.installWeights': hostMethod(
    'engine',
    z.object({ backbone, file: z.string().min(1), source: z.string(), licence: z.string() }),
    nothing,
  ),
  /** Writes `runs/<id>/predictions/<image>.png` for each image that can be read, and tells its shares when it is on disk. */
  'engine.predict': longHostMethod(
    'engine',
    z.object({ folder: z.string().min(1), images: z.array(imageFile), best }),
    Progress.extend(Telling.shape),
    z.object({ predicted: z.number().int() }),
  ),
  /** Writes the teacher's class map of each image to `out/<name>.png` (8-bit indexed, project palette). */
  'engine.predictMasks': longHostMethod(
    'engine',
    z.object({ folder: z.string().min(1), images: z.array(namedImage), out: z.string().min(1), best }),
    ImageProgress,
    z.object({ predicted: z.number().int() }),
  ),
  /** Compares predictions with truth masks; mIoU over the classes present in the truth. */
  'engine.evaluate': longHostMethod(
    'engine',
    z.object({ folder: z.string().min(1), images: z.array(truthImage), best }),
    ImageProgress,
    z.array(Evaluation),
  ),
  /** Table 3, Fig. 4 and Fig. 5 of a run over images with truth, written as JSON and SVG into `out`; null: into the run's own folder. */
  'engine.analyze': longHostMethod(
    'engine',
    z.object({ folder: z.string().min(1), images: z.array(truthImage), out: z.string().min(1).nullable() }),
    ImageProgress,
    Analysis,
  ),
  /** Prunes a run's teacher in every way and compares on its labelled images, written into its folder as JSON and SVG. */
  'engine.calibrate': longHostMethod('engine', z.object({ folder: z.string().min(1) }), ImageProgress, CalibrationReport),

  // ── main ──
  'app.info': method(
    'main',
    nothing,
    z.object({ version: z.string(), platform: z.string(), recent: z.array(z.string()), openAtStart: z.string().nullable() }),
  ),
  'app.chooseFolder': method('main', z.object({ title: z.string() }), z.string().nullable()),
  /** Asks where to, and writes a text there; returns the file, or null when the user thought better of it. */
  'app.saveText': method(
    'main',
    z.object({ title: z.string(), name: z.string().max(200), text: z.string().max(1_000_000) }),
    z.string().nullable(),
  ),
  /** What the system does with the window, or with the application. */
  'app.window': method('main', z.object({ action: WindowAction }), nothing),
  'app.showFolder': method('main', z.object({ folder: z.string() }), nothing),
  /** Opens the project of a folder in this window, and remembers it. With `project` only the one of that id; else a new folder gets one. */
  'app.openProject': method('main', z.object({ folder: z.string().min(1), project: z.string().optional() }), OpenedProject),
  /** Closes the project of this window; nothing opens it again but `app.openProject`. */
  'app.closeProject': method('main', nothing, nothing),
  /** Restores a backup of a project (see `project.restore`) and opens it in this window. Errors: those of both, TRAIN_BUSY. */
  'app.restoreProject': method('main', z.object({ folder: z.string().min(1), backup: Backup.shape.name }), OpenedProject),
  /** Makes the sample data set where Espalier keeps its data, when it is not there yet, and returns its folder. */
  'app.sample': longMethod('main', nothing, Progress, z.string()),
  /** Appends to the log file. */
  'app.log': method('main', z.object({ message: z.string().max(10000) }), nothing),
  /** Starts a run in the background; `training.changed` tells how it goes. Errors: TRAIN_*. */
  'training.start': method('main', z.object({ settings: TrainSettings }), z.object({ runId })),
  /** Goes on with a stopped or failed run from its last checkpoint. Errors: those of `runs.resume`, TRAIN_BUSY. */
  'training.resume': method('main', z.object({ runId }), nothing),
  /** Predicts the images that an ended run has not predicted so, with Best masks or without; `training.changed` tells how it goes. Errors: RUN_NO_CHECKPOINT, TRAIN_BUSY. */
  'training.predict': method('main', z.object({ runId, best }), nothing),
  /** Ends what the run does now, at once; see `StopHow`. */
  'training.stop': method('main', z.object({ how: StopHow }), nothing),
  /** A gesture begins in the window (`active`), or has ended: where a run would make it falter, it waits meanwhile. */
  'training.stepAside': method('main', z.object({ active: z.boolean() }), nothing),
  'training.status': method('main', nothing, z.object({ runId, progress: TrainProgress }).nullable()),
  /** The pretrained weights of every backbone, there or not. */
  'weights.list': method('main', nothing, z.array(WeightsRecord)),
  /** Downloads and installs weights, continuing what is there; progress in bytes. Aborting keeps it. Errors: WEIGHTS_*, DISK_FULL. */
  'weights.download': longMethod('main', z.object({ backbone }), Progress, WeightsRecord),
  /** Asks for a file and installs its weights; null when none was chosen. Errors: FILE_UNREADABLE, WEIGHTS_*, DISK_FULL. */
  'weights.import': method('main', z.object({ backbone }), WeightsRecord.nullable()),
  'weights.remove': method('main', z.object({ backbone }), WeightsRecord),
} as const satisfies Record<string, MethodSpec>;

export const events = {
  /** A command of the window was chosen in the system's menu. */
  'menu.chosen': z.object({ command: MenuCommand }),
  /** How the present run goes; null progress when it has ended, `reason` when it failed. */
  'training.changed': z.object({ runId, progress: TrainProgress.nullable(), reason: z.string().nullable() }),
  /** Something in the project changed behind the window's back. */
  'project.changed': z.object({ what: z.enum(['images', 'runs', 'predictions']) }),
  /** The library ended, and the project could not be opened again, or not often enough: none is open in this window any more. */
  'project.lost': Warning,
  /** A child process ended and was started again. */
  'child.restarted': z.object({ child: z.enum(['library', 'engine']), reason: z.string() }),
} as const;

export type Methods = typeof methods;
export type MethodName = keyof Methods;
export type ParamsOf<M extends MethodName> = z.output<Methods[M]['params']>;
export type ProgressOf<M extends MethodName> = z.output<Methods[M]['progress']>;
export type ResultOf<M extends MethodName> = z.output<Methods[M]['result']>;
export type MethodOf<O extends Owner> = { [M in MethodName]: Methods[M]['owner'] extends O ? M : never }[MethodName];

export type Events = typeof events;
export type EventName = keyof Events;
export type PayloadOf<E extends EventName> = z.output<Events[E]>;

export function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}
