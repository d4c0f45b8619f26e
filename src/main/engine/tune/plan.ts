import type { RunInputs } from '@shared/run';
import type { TrainSettings } from '@shared/settings';
import { type BatchPlan, planBatches } from '../data/plan';
import { methodOf } from '../methods';
import { BACKBONE_DESCRIPTIONS } from '../model/backbones';

/** Scales that crops are seen in, over the one that images are predicted in. */
const SCALES = [0.75, 1.33] as const;
/** Side of a crop at least, and crops of a step at most: a run's settings allow no others. */
const SMALLEST_CROP = 32;
const MOST_CROPS = 64;

/**
 * Size of the crops that a network is tuned on: no image is narrower, since the mean of the last map is to be of the image alone; and as
 * many of them as make up for smaller ones.
 * @param viewScale that images are predicted in
 */
export function tuningSize({ settings, labelled }: RunInputs, viewScale: number): Pick<TrainSettings, 'crop' | 'batch'> {
  const narrowest = Math.min(...labelled.map(({ width, height }) => Math.min(width, height))) * viewScale;
  const { multiple } = BACKBONE_DESCRIPTIONS[settings.backbone].input;
  const least = Math.ceil(SMALLEST_CROP / multiple) * multiple;
  const crop = Math.max(least, Math.floor(Math.min(settings.crop, narrowest) / multiple) * multiple);
  const batch = Math.floor(settings.batch * (settings.crop / crop) ** 2);
  return { crop, batch: Math.min(MOST_CROPS, Math.max(1, batch)) };
}

/**
 * The batches that a network is tuned on.
 * @param inputs with the settings of the tuning
 * @param folder of the run
 * @param unlabelled whether it learns from the unlabelled images too
 */
export function planTuning(inputs: RunInputs, folder: string, viewScale: number, unlabelled: boolean): BatchPlan {
  const { crop } = inputs.settings;
  const narrowest = Math.min(...inputs.labelled.map(({ width, height }) => Math.min(width, height)));
  const covering = crop / narrowest;
  const [smallest, largest] = SCALES.map((scale) => scale * viewScale) as [number, number];
  return {
    ...planBatches(inputs, folder),
    unlabelledFrom: unlabelled && methodOf(inputs.settings) ? 0 : Infinity,
    scales: [Math.max(smallest, covering), Math.max(largest, covering)],
  };
}
