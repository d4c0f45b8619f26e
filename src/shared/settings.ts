import { z } from 'zod';
import { EspalierError } from './errors';
import { METHOD_NEEDS, METHODS, type RunPart } from './methods';

export const BACKBONES = [
  'efficientnet-lite0',
  'efficientnet-lite1',
  'efficientnet-lite2',
  'resnet18',
  'resnet50',
  'resnet101',
  'dinov2-small',
  'dinov2-base',
] as const;
/** Backbones that stay as they are under a head on single pixels: all their maps have one stride, and DeepLabV3+ wants fine ones and coarse ones. */
export const PIXEL_BACKBONES: readonly Backbone[] = ['dinov2-small', 'dinov2-base'];
/** What makes classes of the backbone's features: DeepLabV3+, trained with the backbone; or a head on single pixels, the backbone as it is. */
export const DECODERS = ['pixel', 'deeplab'] as const;
/** What doubts a confident pseudo-label: how far pruning moves its embedding, or what the pruned teacher still gives its class. */
export const DOUBTS = ['similarity', 'probability'] as const;
/** Whether γ is the threshold of every class, or lower for classes that the teacher is less confident of. */
export const THRESHOLDS = ['common', 'perClass'] as const;
/** Whether d weighs as the paper has it, or as much as p̃ at β = 1, going by the spread of both on labelled pixels. */
export const BETA_SCALES = ['literal', 'spread'] as const;
/** When the curriculum begins: with the run, as the paper counts, or with the first epoch that has unlabelled images. */
export const CURRICULUM_STARTS = ['run', 'unlabelled'] as const;
export const PRESETS = ['quick', 'balanced', 'overnight', 'pruning', 'paper-voc', 'paper-cityscapes'] as const;

/** Everything that decides a run, each with its range. Symbols as in the PGCL paper. */
export const TrainSettings = z
  .strictObject({
    method: z.enum(METHODS),
    preset: z.enum(PRESETS),
    backbone: z.enum(BACKBONES),
    decoder: z.enum(DECODERS).default('deeplab'),
    /** Side of the square training crop, pixels. */
    crop: z.number().int().min(32).max(1536),
    /** Labelled images in a batch, and the unlabelled ones beside them; null: as many. */
    batch: z.number().int().min(1).max(64),
    /** Labelled pixels of a step of the pixel head, and as many unlabelled ones. */
    pixels: z.number().int().min(16).max(65536).default(512),
    unlabelledBatch: z.number().int().min(1).max(64).nullable().default(null),
    /** Passes over the unlabelled images. */
    epochs: z.number().int().min(1).max(10000),
    /** Supervised-only epochs at the start, at least one for `conf` and `pgcl`. */
    warmup: z.number().int().min(0).max(10000),
    /** At most this many steps an epoch; null: one pass over the unlabelled images. */
    stepsPerEpoch: z.number().int().min(1).max(100000).nullable(),
    /** Share of the labelled images that give no gradient; the networks are measured on them after every epoch. */
    holdOut: z.number().min(0).max(0.5).default(0),
    /** Learning rate of the backbone and of the rest, before the poly schedule. */
    lrBackbone: z.number().positive().max(10),
    lrHead: z.number().positive().max(10),
    momentum: z.number().min(0).max(0.999),
    weightDecay: z.number().min(0).max(0.1),
    /** α of the teacher's EMA. */
    emaAlpha: z.number().min(0).max(0.99999),
    /** γ: pseudo-labels with a score s ≥ γ count. */
    gamma: z.number().min(0).max(1),
    /** Pixel head: another γ that is tried beside it, and learnt with where held-out labels say that it does better; null: none. */
    gammaTried: z.number().min(0).max(1).nullable().default(null),
    /** β_max and σ of the curriculum (Eq. 7). */
    betaMax: z.number().min(0).max(100),
    betaMin: z.number().min(0).max(100),
    sigma: z.number().positive().max(10),
    /** Share of the encoder's kernel weights pruned from the teacher, or measured by calibration. */
    ratio: z.union([z.number().min(0).max(0.99), z.literal('calibrated')]),
    scope: z.enum(['encoder', 'backbone']),
    granularity: z.enum(['global', 'layer']),
    prunedStatistics: z.enum(['recalibrated', 'batch', 'teacher']),
    /** d of Eq. 5: Eq. 4's similarity, or, beyond the paper, the pruned teacher's probability of the teacher's class. */
    doubt: z.enum(DOUBTS).default('similarity'),
    /** Beyond the paper: what the threshold and the doubt are scaled by, measured every epoch on labelled pixels. */
    thresholds: z.enum(THRESHOLDS).default('common'),
    betaScale: z.enum(BETA_SCALES).default('literal'),
    /**
     * Pixel head: unlabelled pixels of a step are drawn so that each class has a share ∝ π^q f^(1−q) of them, f its share of the
     * pseudo-labels and π its share of the labelled pixels of a step. 0 takes pseudo-labels as they come, and rare classes die out; 1 gives
     * them what labels have.
     */
    quota: z.number().min(0).max(1).default(0.5),
    curriculumFrom: z.enum(CURRICULUM_STARTS).default('run'),
    /** Pixel head: side of an image as it is looked at, over its own; or chosen by labelled images that heads have not learnt from. */
    viewScale: z.union([z.literal('chosen'), z.number().min(0.25).max(2)]).default(1),
    /** Pixel head: where the scale is chosen, megapixels that an image may be enlarged to: what is looked at is also what predictions take their time for. */
    largestView: z.number().min(0.1).max(16).default(2.5),
    /** Pixel head: hours at most in which the whole network is trained from the head on, as long as held-out labels say that it helps. */
    hours: z.number().min(0).max(240).default(0),
    lambdaCons: z.number().min(0).max(100),
    lambdaCont: z.number().min(0).max(100),
    /** τ of Eq. 9, and the numbers of anchors and of negative keys drawn a step. */
    tau: z.number().positive().max(10),
    anchors: z.number().int().min(1).max(65536),
    negatives: z.number().int().min(1).max(65536),
    /** The switches of the paper's Tables 4–6. */
    refinement: z.boolean(),
    curriculum: z.boolean(),
    cutmix: z.boolean(),
    /** The run whose head, or network, it begins with; null: a new one. */
    from: z
      .string()
      .regex(/^run-\d+$/, 'it must be the id of a run, such as run-0003')
      .nullable()
      .default(null),
    seed: z.number().int().min(0).max(0xffffffff),
    /** Threads a TensorFlow kernel may use; 0: one for each core, less one beside a window where there are more than two. */
    threads: z.number().int().min(0).max(1024),
    /** Run the step as one recorded graph (fast) or operation by operation (for debugging). */
    compiled: z.boolean(),
  })
  .refine(({ decoder, method }) => decoder !== 'pixel' || !METHOD_NEEDS[method].pruning, {
    path: ['method'],
    message: 'pgcl prunes a network that is trained as a whole; take the preset pruning, or the decoder deeplab',
  })
  .refine(({ decoder, hours }) => decoder === 'pixel' || hours === 0, {
    path: ['hours'],
    message: 'only the decoder pixel has a head to train the network from',
  })
  .refine(({ holdOut, hours }) => holdOut === 0 || hours === 0, {
    path: ['hours'],
    message: 'labels are held out by turns while the network is trained; set holdOut to 0',
  })
  .refine(({ from, holdOut }) => from === null || holdOut === 0, {
    path: ['from'],
    message: 'the run that it names may have learnt from the images that this one is to hold out; set holdOut to 0',
  })
  .refine(({ decoder, hours, backbone }) => (decoder === 'pixel' && hours === 0) || !PIXEL_BACKBONES.includes(backbone), {
    path: ['backbone'],
    message: 'DINOv2 stays as it is under a head on single pixels; take the preset quick or balanced',
  });
export type TrainSettings = z.infer<typeof TrainSettings>;

export type Backbone = (typeof BACKBONES)[number];
export type DecoderName = TrainSettings['decoder'];
export type Preset = TrainSettings['preset'];

const COMMON = {
  method: 'pgcl',
  decoder: 'deeplab',
  pixels: 512,
  unlabelledBatch: null,
  stepsPerEpoch: null,
  holdOut: 0,
  momentum: 0.9,
  weightDecay: 1e-4,
  emaAlpha: 0.99,
  gamma: 0.7,
  gammaTried: null,
  betaMax: 1,
  betaMin: 0,
  sigma: 0.3,
  granularity: 'global',
  prunedStatistics: 'recalibrated',
  doubt: 'similarity',
  thresholds: 'common',
  betaScale: 'literal',
  quota: 0.5,
  curriculumFrom: 'unlabelled',
  viewScale: 1,
  largestView: 2.5,
  hours: 0,
  lambdaCons: 1,
  tau: 0.5,
  refinement: true,
  curriculum: true,
  cutmix: true,
  from: null,
  seed: 0,
  threads: 0,
  compiled: true,
} as const;

/** The named starting points of the method's specification. */
export const PRESET_SETTINGS: Readonly<Record<Preset, TrainSettings>> = {
  quick: {
    ...COMMON,
    preset: 'quick',
    viewScale: 'chosen',
    // Enlarged images take longer to predict than all else.
    largestView: 0.75,
    method: 'sup',
    backbone: 'efficientnet-lite0',
    decoder: 'pixel',
    crop: 128,
    batch: 4,
    epochs: 10,
    warmup: 10,
    stepsPerEpoch: 60,
    lrBackbone: 0.005,
    lrHead: 0.002,
    weightDecay: 0.05,
    ratio: 'calibrated',
    scope: 'backbone',
    lambdaCont: 0.1,
    anchors: 512,
    negatives: 1024,
  },
  balanced: {
    ...COMMON,
    preset: 'balanced',
    viewScale: 'chosen',
    // The teacher sees each pixel in two scales: half as sure is sure enough, and rare classes live. Where there are few, more is better.
    gamma: 0.5,
    gammaTried: 0.7,
    method: 'conf',
    backbone: 'efficientnet-lite0',
    decoder: 'pixel',
    crop: 224,
    batch: 2,
    epochs: 20,
    warmup: 10,
    stepsPerEpoch: 60,
    lrBackbone: 0.01,
    lrHead: 0.002,
    weightDecay: 0.05,
    ratio: 'calibrated',
    scope: 'backbone',
    lambdaCont: 0.1,
    anchors: 1024,
    negatives: 2048,
  },
  // The head of `balanced`, then the whole network as long as it helps.
  overnight: {
    ...COMMON,
    preset: 'overnight',
    viewScale: 'chosen',
    gamma: 0.5,
    gammaTried: 0.7,
    method: 'conf',
    backbone: 'efficientnet-lite0',
    decoder: 'pixel',
    hours: 8,
    crop: 352,
    batch: 2,
    epochs: 12,
    warmup: 6,
    stepsPerEpoch: 100,
    lrBackbone: 0.0001,
    lrHead: 0.002,
    weightDecay: 0.05,
    ratio: 'calibrated',
    scope: 'backbone',
    lambdaCont: 0,
    anchors: 64,
    negatives: 128,
  },
  // The whole method, on a network that two cores can train.
  pruning: {
    ...COMMON,
    preset: 'pruning',
    backbone: 'efficientnet-lite0',
    crop: 224,
    batch: 2,
    epochs: 40,
    // A warm-up step takes less than half the time of another, and a teacher that has learnt its labels teaches better.
    warmup: 28,
    // Bounds a run to 2,880 steps, a quarter of an hour on two cores, however many images there are.
    stepsPerEpoch: 72,
    lrBackbone: 0.01,
    lrHead: 0.02,
    ratio: 'calibrated',
    scope: 'backbone',
    lambdaCont: 0.1,
    anchors: 1024,
    negatives: 2048,
  },
  'paper-voc': {
    ...COMMON,
    preset: 'paper-voc',
    backbone: 'resnet50',
    crop: 320,
    batch: 8,
    epochs: 80,
    warmup: 3,
    lrBackbone: 0.001,
    lrHead: 0.01,
    ratio: 0.6,
    scope: 'encoder',
    curriculumFrom: 'run',
    lambdaCont: 1,
    anchors: 4096,
    negatives: 19200,
  },
  'paper-cityscapes': {
    ...COMMON,
    preset: 'paper-cityscapes',
    backbone: 'resnet50',
    crop: 720,
    batch: 4,
    epochs: 200,
    warmup: 5,
    lrBackbone: 0.01,
    lrHead: 0.1,
    ratio: 0.5,
    scope: 'encoder',
    curriculumFrom: 'run',
    lambdaCont: 1,
    anchors: 4096,
    negatives: 14400,
  },
};

/** Share of the epochs on labels alone that are left to a run which begins from another one: that one knew most of the labels. */
const EPOCHS_FROM = 0.3;

/**
 * The settings of a preset with some of them replaced. Where a run begins from another one there are fewer epochs on labels alone.
 * @throws EspalierError SETTING_UNKNOWN or SETTING_INVALID naming the first wrong one
 */
export function settingsFrom(preset: Preset, overrides: Readonly<Record<string, unknown>> = {}): TrainSettings {
  const base = PRESET_SETTINGS[preset];
  for (const name of Object.keys(overrides)) {
    if (!(name in base)) throw new EspalierError('SETTING_UNKNOWN', { name });
  }
  const merged = { ...base, ...overrides };
  if (typeof merged.epochs === 'number' && !('warmup' in overrides)) {
    merged.warmup = Math.max(1, Math.round((base.warmup / base.epochs) * merged.epochs));
  }
  const parsed = TrainSettings.safeParse(merged);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new EspalierError('SETTING_INVALID', { name: issue.path.join('.'), reason: reasonOf(issue) });
  }
  const { from, epochs, warmup } = parsed.data;
  if (from === null) return parsed.data;
  const fewer = continuing(parsed.data, from);
  return { ...fewer, ...('epochs' in overrides && { epochs }), ...('warmup' in overrides && { warmup }) };
}

/** The same settings for a run that begins from another one: fewer epochs on labels alone, and as many beside. */
export function continuing(settings: TrainSettings, from: string): TrainSettings {
  const alone = supervisedEpochs(settings);
  const fewer = Math.max(1, Math.round(EPOCHS_FROM * alone));
  return { ...settings, from, epochs: settings.epochs - alone + fewer, warmup: fewer };
}

/** Unlabelled images in a batch. */
export function unlabelledBatchOf({ batch, unlabelledBatch }: Pick<TrainSettings, 'batch' | 'unlabelledBatch'>): number {
  return unlabelledBatch ?? batch;
}

/** Steps of an epoch of the pixel head, which knows no passes. */
const PIXEL_STEPS = 60;

/** Steps of one epoch: a pass over the unlabelled images (over the labelled ones where there are no others), or fewer when limited. */
export function stepsPerEpoch(
  settings: Pick<TrainSettings, 'decoder' | 'batch' | 'unlabelledBatch' | 'stepsPerEpoch'>,
  images: { readonly labelled: number; readonly unlabelled: number },
): number {
  if (settings.decoder === 'pixel') return settings.stepsPerEpoch ?? PIXEL_STEPS;
  const pass = images.unlabelled > 0 ? images.unlabelled / unlabelledBatchOf(settings) : images.labelled / settings.batch;
  return Math.min(Math.ceil(pass), settings.stepsPerEpoch ?? Infinity);
}

/** Epochs of a run that learn from labels alone: all of a method that uses no unlabelled images, the warm-up of any other, at most as many as there are. */
export function supervisedEpochs({ method, epochs, warmup }: Pick<TrainSettings, 'method' | 'epochs' | 'warmup'>): number {
  return METHOD_NEEDS[method].unlabelled ? Math.min(warmup, epochs) : epochs;
}

/** What a run of these settings has; of one that another version has made, everything. */
export function runParts(
  settings: Pick<TrainSettings, 'method' | 'refinement' | 'decoder' | 'holdOut' | 'hours'> | null,
): Readonly<Record<RunPart, boolean>> {
  if (!settings) return { unlabelled: true, pruning: true, network: true, heldOut: true, tuning: true };
  const { unlabelled, pruning } = METHOD_NEEDS[settings.method];
  return {
    unlabelled,
    pruning: pruning && settings.refinement,
    network: settings.decoder !== 'pixel',
    heldOut: settings.holdOut > 0,
    tuning: settings.hours > 0,
  };
}

/** t and t_max of Eq. 7 at an epoch. */
export function curriculumTime(
  settings: Pick<TrainSettings, 'method' | 'epochs' | 'warmup' | 'curriculumFrom'>,
  epoch: number,
): [t: number, most: number] {
  const before = settings.curriculumFrom === 'run' ? 0 : supervisedEpochs(settings);
  return [epoch - before, settings.epochs - before];
}

const TYPE_WORDS: Readonly<Record<string, string>> = { int: 'a whole number', number: 'a number', boolean: 'true or false' };

/** What a value must be, as the sentence about it ends. */
function reasonOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_big':
      return `it must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
    case 'too_small':
      return `it must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'invalid_value':
      return `it must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
    case 'invalid_type':
      return `it must be ${TYPE_WORDS[issue.expected] ?? issue.expected}`;
    case 'invalid_union':
      return issue.errors.map(([first]) => (first ? reasonOf(first) : '')).join(', or ');
    default:
      return issue.message;
  }
}

/**
 * The settings that name their preset themselves (balanced where they do not).
 * @throws EspalierError SETTING_UNKNOWN or SETTING_INVALID naming the first wrong one
 */
export function presetSettings({ preset: name = 'balanced', ...overrides }: Readonly<Record<string, unknown>>): TrainSettings {
  const preset = PRESETS.find((known) => known === name);
  if (!preset) throw new EspalierError('SETTING_INVALID', { name: 'preset', reason: `it must be one of ${PRESETS.join(', ')}` });
  return settingsFrom(preset, overrides);
}

/** Reads `key=value` as the command line gives it: numbers, true/false and null become values, the rest stays text. */
export function parseSetting(text: string): [name: string, value: unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw new EspalierError('USAGE', { detail: `"${text}" is not key=value.` });
  const value = text.slice(at + 1);
  if (value === 'true' || value === 'false') return [text.slice(0, at), value === 'true'];
  if (value === 'null') return [text.slice(0, at), null];
  const number = Number(value);
  return [text.slice(0, at), value !== '' && Number.isFinite(number) ? number : value];
}
