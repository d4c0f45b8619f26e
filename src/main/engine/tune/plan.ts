import { methodOf } from '../methods';
import type { RunInputs } from '@shared/run';
import type { TrainSettings } from '@shared/settings';
import type { BatchPlan } from '../data/plan';
import { planBatches } from '../data/plan';

/** Scales that crops are seen in, over the one that images are predicted in. */
const SCALES = [0.75, 1.33] as const;
/** Crops have sides that are multiples of this, the stride of a backbone's last map. */
const STRIDE = 32;

/**
 * Size of the crops that a network is tuned on: no image is narrower, since the mean of the last map is to be of the image alone; and as
 * many of them as make up for smaller ones.
 * @param viewScale that images are predicted in
 */
export function tuningSize({ settings, labelled }: RunInputs, viewScale: number): Pick<TrainSettings, 'crop' | 'batch'> {
  const narrowest = Math.min(...labelled.map(({ width, height }) => Math.min(width, height))) * viewScale;
  const crop = Math.max(STRIDE, Math.floor(Math.min(settings.crop, narrowest) / STRIDE) * STRIDE);
  return { crop, batch: Math.max(1, Math.floor(settings.batch * (settings.crop / crop) ** 2)) };
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
