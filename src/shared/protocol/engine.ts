import { z } from 'zod';
import { Analysis, CalibrationReport } from '../analysis';
import { Telling } from '../run-news';
import { share, best, imageFile, namedImage, backbone } from './fields';
import { ImageProgress, Progress } from './progress';
import { TrainTelling } from './training';
import { hostMethod, longHostMethod, nothing, type MethodSpec } from './method';

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

/** `truth`: absolute path of the PNG of class ids that it is compared with. */
const truthImage = namedImage.extend({ truth: z.string() });

/** What TensorFlow does. */
export const engineMethods = {
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
} as const satisfies Record<string, MethodSpec>;
