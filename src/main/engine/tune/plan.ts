import type { RunInputs } from '@shared/run';
import type { TrainSettings } from '@shared/settings';
import { type BatchPlan, planBatches } from '../data/plan';
import { methodOf } from '../methods';
import { BACKBONE_DESCRIPTIONS } from '../model/backbones';

/** Scales that crops are seen in, over the one that images are predicted in. */
const SCALES = [0.75, 1.33] as const;
/** Side of a crop at least: a run's settings allow none that is smaller. */
const SMALLEST_CROP = 32;

/** The settings' crop, of the grid that the backbone looks at. */
export function tuningCrop({ backbone, crop }: TrainSettings): number {
  const { multiple } = BACKBONE_DESCRIPTIONS[backbone].input;
  return Math.max(Math.ceil(SMALLEST_CROP / multiple), Math.floor(crop / multiple)) * multiple;
}

/**
 * The batches that a network is tuned on.
 * @param inputs with the settings of the tuning
 * @param folder of the run
 * @param unlabelled whether it learns from the unlabelled images too
 */
export function planTuning(inputs: RunInputs, folder: string, viewScale: number, unlabelled: boolean): BatchPlan {
  const [smallest, largest] = SCALES.map((scale) => scale * viewScale) as [number, number];
  return {
    ...planBatches(inputs, folder),
    mild: true,
    unlabelledFrom: unlabelled && methodOf(inputs.settings) ? 0 : Infinity,
    // The mean of the last map is to be of the image alone.
    resizing: { scales: [smallest, largest], filling: true },
  };
}
