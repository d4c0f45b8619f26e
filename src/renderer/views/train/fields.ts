import { z } from 'zod';
import { TrainSettings } from '@shared/settings';

/** How a setting is asked for. Ranges and choices come from the schema; words from the table below. */
export type Field = {
  readonly key: keyof TrainSettings;
  readonly label: string;
  readonly help: string;
  readonly unit: string;
} & (
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly options: readonly string[]; readonly names: Readonly<Record<string, string>> }
  | {
      readonly kind: 'number';
      readonly whole: boolean;
      readonly min: number;
      readonly max: number;
      /** `min` itself is not allowed. */
      readonly above: boolean;
      /** What may stand in place of a number, null or a word, with its name; `number` is the one to begin with otherwise. */
      readonly instead: ({ readonly value: string | null } & Instead) | null;
    }
);

interface Instead {
  readonly label: string;
  readonly number: (settings: TrainSettings) => number;
}

interface Words {
  readonly label: string;
  readonly help: string;
  readonly unit?: string;
  readonly instead?: Instead;
  /** What the choices are called, where their ids are not words. */
  readonly names?: Readonly<Record<string, string>>;
}

/** Where a run begins from is chosen among the runs there are. */
export type FieldKey = Exclude<keyof TrainSettings, 'preset' | 'from'>;

const WORDS: Readonly<Record<FieldKey, Words>> = {
  method: { label: 'Method', help: 'sup: labels only. conf: pseudo-labels by confidence. pgcl: confidence doubted through pruning.' },
  backbone: { label: 'Backbone', help: 'The pretrained network under the segmentation head. Larger ones are slower.' },
  decoder: {
    label: 'Decoder',
    help: 'pixel: a head on the backbone’s features, in seconds; the backbone stays as it is. deeplab: DeepLabV3+, trained with the backbone.',
  },
  crop: { label: 'Crop', help: 'Side of the square cut out of an image for training.', unit: 'px' },
  batch: { label: 'Batch', help: 'Labelled images in a step.', unit: 'images' },
  pixels: { label: 'Pixels', help: 'Labelled pixels in a step of the pixel decoder, and as many unlabelled ones.', unit: 'pixels' },
  unlabelledBatch: {
    label: 'Unlabelled batch',
    help: 'Unlabelled images in a step; otherwise as many as labelled ones.',
    unit: 'images',
    instead: { label: 'as many', number: ({ batch }) => batch },
  },
  epochs: { label: 'Epochs', help: 'Passes over the unlabelled images.' },
  warmup: { label: 'Warm-up', help: 'Epochs on labels alone at the start.', unit: 'epochs' },
  stepsPerEpoch: {
    label: 'Steps in each epoch',
    help: 'At most this many steps; otherwise one pass over the unlabelled images.',
    instead: { label: 'one pass', number: () => 20 },
  },
  holdOut: {
    label: 'Hold out',
    help: 'Share of the labelled images not learnt from. Student and teacher are measured on them after every epoch, and the best of each is kept.',
  },
  lrBackbone: { label: 'Learning rate, backbone', help: 'At the start; falls to 0 by the poly schedule.' },
  lrHead: { label: 'Learning rate, head', help: 'At the start; falls to 0 by the poly schedule.' },
  momentum: { label: 'Momentum', help: 'Of the SGD optimiser.' },
  weightDecay: { label: 'Weight decay', help: 'Of the SGD optimiser.' },
  emaAlpha: { label: 'Inertia of the teacher', help: 'α: how slowly the teacher follows the student.' },
  gamma: { label: 'Threshold', help: 'γ: a pseudo-label counts when its score s = p̃ · d^β is at least this.' },
  gammaTried: {
    label: 'Another threshold',
    help: 'Pixel decoder: a γ that is tried beside the threshold, and learnt with where it does better on labels that were not learnt from.',
    instead: { label: 'none', number: () => 0.7 },
  },
  betaMax: { label: 'Doubt by pruning, at first', help: 'β: how much likeness under pruning weighs at the start.' },
  betaMin: { label: 'Doubt by pruning, at last', help: 'β: how much likeness under pruning weighs at the end.' },
  sigma: { label: 'Speed of the curriculum', help: 'σ: how fast doubt by pruning (β) falls from start to end.' },
  ratio: {
    label: 'Pruning ratio',
    help: 'Share of the encoder’s weights pruned from the teacher.',
    instead: { label: 'measured', number: () => 0.5 },
  },
  scope: {
    label: 'Pruned part',
    help: 'What of the teacher is pruned.',
    names: { encoder: 'the whole encoder', backbone: 'the backbone alone' },
  },
  granularity: {
    label: 'Pruning by',
    help: 'One magnitude threshold for all weights, or one for each layer.',
    names: { global: 'all weights together', layer: 'each layer by itself' },
  },
  prunedStatistics: {
    label: 'Pruned statistics',
    help: 'Which batch-norm statistics the pruned teacher uses.',
    names: { recalibrated: 'measured anew', batch: 'of each batch', teacher: 'the teacher’s' },
  },
  doubt: {
    label: 'Doubt comes from',
    help: 'embeddings: how far pruning moves a pixel’s embedding. probabilities: what the pruned teacher gives its class.',
    names: { similarity: 'embeddings', probability: 'probabilities' },
  },
  thresholds: {
    label: 'Thresholds',
    help: 'one for all classes: γ. one for each class: lower for classes that the teacher is less confident of, measured every epoch on labelled pixels.',
    names: { common: 'one for all classes', perClass: 'one for each class' },
  },
  betaScale: {
    label: 'Scale of doubt',
    help: 'as in the paper: literally. as much as confidence: at β = 1 doubt weighs as much as confidence, measured every epoch on labelled pixels.',
    names: { literal: 'as in the paper', spread: 'as much as confidence' },
  },
  quota: {
    label: 'Rare classes',
    help: 'Pixel decoder: 0 takes pseudo-labels as they come; 1 draws as many of each class as labels have; between them a mixture.',
  },
  viewScale: {
    label: 'Size of images',
    help: 'Pixel decoder: side of an image as it is looked at, over its own. Larger shows more and takes longer; chosen: by labelled images that were not learnt from.',
    instead: { label: 'chosen', number: () => 1 },
  },
  largestView: {
    label: 'Enlarged to at most',
    help: 'Pixel decoder: where the size is chosen, pixels that an image may be enlarged to. Enlarged images show thin things, and take longer to predict.',
    unit: 'megapixels',
  },
  hours: {
    label: 'Whole network',
    help: 'Pixel decoder: hours at most in which the whole network is trained from its head on, as long as held-out labels say that it helps. 0: the head alone.',
    unit: 'hours',
  },
  curriculumFrom: {
    label: 'Curriculum begins',
    help: 'run: with the first epoch, as the paper counts. unlabelled: with the first epoch that has unlabelled images.',
  },
  lambdaCons: { label: 'Weight of consistency', help: 'λ of the consistency loss.' },
  lambdaCont: { label: 'Weight of contrast', help: 'λ of the contrastive loss.' },
  tau: { label: 'Temperature', help: 'τ: of the contrastive loss.' },
  anchors: { label: 'Anchors', help: 'Pixels drawn a step for the contrastive loss.' },
  negatives: { label: 'Negative keys', help: 'Pixels of other classes drawn for each anchor.' },
  refinement: { label: 'Refinement by pruning', help: 'Off: confidence alone decides.' },
  curriculum: { label: 'Curriculum', help: 'Off: doubt by pruning (β) stays as at the start.' },
  cutmix: { label: 'CutMix', help: 'Pastes a rectangle of one unlabelled image into another.' },
  seed: { label: 'Seed', help: 'The same seed gives the same run on the same machine.' },
  threads: { label: 'Threads', help: 'Cores the training may use; 0: all.' },
  compiled: { label: 'Compiled step', help: 'Fast. Off only to look for faults.' },
};

const Property = z.object({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  const: z.string().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
  get anyOf() {
    return z.array(Property).optional();
  },
});
const properties = z.record(z.string(), Property).parse(z.toJSONSchema(TrainSettings).properties);

/** The form field of a setting. */
export function fieldOf(key: FieldKey): Field {
  const { label, help, unit = '', instead, names = {} } = WORDS[key];
  const words = { key, label, help, unit };
  const property = properties[key]!;
  if (property.type === 'boolean') return { ...words, kind: 'switch' };
  if (property.enum) return { ...words, kind: 'choice', options: property.enum, names };
  const number = property.anyOf?.find(({ minimum, exclusiveMinimum }) => (minimum ?? exclusiveMinimum) !== undefined) ?? property;
  const other = property.anyOf?.find((option) => option !== number);
  return {
    ...words,
    kind: 'number',
    whole: number.type === 'integer',
    min: number.exclusiveMinimum ?? number.minimum ?? 0,
    max: number.maximum ?? Number.MAX_SAFE_INTEGER,
    above: number.exclusiveMinimum !== undefined,
    instead: other && instead ? { value: other.const ?? null, ...instead } : null,
  };
}

/** "1 … 64 images", for tooltips. */
export function rangeText(field: Field): string {
  if (field.kind !== 'number') return '';
  return `${field.above ? 'above ' : ''}${field.min} … ${field.max}${field.unit ? ` ${field.unit}` : ''}`;
}

/** Settings by what they are about, in the order they are asked for. */
export const GROUPS: readonly { readonly title: string; readonly keys: readonly FieldKey[] }[] = [
  { title: 'Length', keys: ['epochs', 'warmup', 'stepsPerEpoch', 'holdOut', 'seed'] },
  { title: 'Network', keys: ['backbone', 'decoder', 'crop', 'batch', 'unlabelledBatch', 'pixels', 'threads', 'compiled'] },
  {
    title: 'Pseudo-labels',
    keys: [
      'refinement',
      'curriculum',
      'gamma',
      'gammaTried',
      'thresholds',
      'betaMax',
      'betaMin',
      'sigma',
      'curriculumFrom',
      'quota',
      'viewScale',
      'largestView',
      'hours',
      'betaScale',
      'cutmix',
    ],
  },
  { title: 'Pruning', keys: ['ratio', 'scope', 'granularity', 'prunedStatistics', 'doubt'] },
  { title: 'Optimiser', keys: ['lrBackbone', 'lrHead', 'momentum', 'weightDecay', 'emaAlpha'] },
  { title: 'Losses', keys: ['lambdaCons', 'lambdaCont', 'tau', 'anchors', 'negatives'] },
];
