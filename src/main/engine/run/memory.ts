import { EspalierError } from '@shared/errors';
import { METHOD_NEEDS } from '@shared/methods';
import { type TrainSettings, unlabelledBatchOf } from '@shared/settings';
import { BACKBONE_DESCRIPTIONS } from '../model/backbones';

type Size = Pick<TrainSettings, 'batch' | 'crop'>;

/** Crops are tried in steps of this, down to the smallest that a run may have. */
const CROP_STEP = 32;
const SMALLEST_CROP = 32;

/** What TensorFlow, its allocators and JavaScript say when memory is not to be had. */
const SIGNS = /OOM when allocating|resource ?exhausted|out of memory|failed to allocate|allocation failed|bad_alloc/i;

/** True for an error, or one caused by an error, that says that memory ran out. */
export function isOutOfMemory(error: unknown): boolean {
  if (typeof error === 'string') return SIGNS.test(error);
  if (!(error instanceof Error)) return false;
  return SIGNS.test(error.message) || isOutOfMemory(error.cause);
}

/** The failure of a run whose memory ran out, with what to try next. */
export function outOfMemory(settings: Size, cause: unknown): EspalierError {
  const { batch, crop } = settings;
  return new EspalierError('TRAIN_MEMORY', { batch, crop, advice: smaller(settings) }, { cause });
}

/**
 * The next smaller batch, or the next smaller crop, in words: half the batch, or about half the pixels of a crop.
 * @param fits whether a size would do; those that do not are passed over
 */
export function smaller({ batch, crop }: Size, fits: (size: Size) => boolean = () => true): string {
  let [fewer, narrower] = [Math.floor(batch / 2), cropBelow(crop)];
  while (fewer >= 1 && !fits({ batch: fewer, crop })) fewer = Math.floor(fewer / 2);
  while (narrower >= SMALLEST_CROP && !fits({ batch, crop: narrower })) narrower = cropBelow(narrower);
  const sizes = [...(fewer >= 1 ? [`batch ${fewer}`] : []), ...(narrower >= SMALLEST_CROP ? [`crop ${narrower}`] : [])];
  return sizes.length > 0 ? `try ${sizes.join(' or ')}` : 'choose a smaller backbone, or close other programs';
}

/** A crop of about half the pixels; below the smallest when there is none. */
function cropBelow(crop: number): number {
  const half = Math.floor((crop * Math.SQRT1_2) / CROP_STEP) * CROP_STEP;
  return crop > SMALLEST_CROP ? Math.max(SMALLEST_CROP, half) : 0;
}

/** Bytes that a run needs at least: an estimate from below. */
export function leastMemory(settings: Pick<TrainSettings, 'backbone' | 'batch' | 'unlabelledBatch' | 'crop' | 'method'>): number {
  const { backbone, batch, crop, method } = settings;
  const images = batch + (METHOD_NEEDS[method].unlabelled ? unlabelledBatchOf(settings) : 0);
  return images * crop ** 2 * BACKBONE_DESCRIPTIONS[backbone].bytesPerPixel;
}

/**
 * Refuses what cannot succeed, before it begins. What might succeed is let through: the estimate is from below, and is compared with
 * all of the machine's memory, whoever uses it now.
 * @param total memory of the machine, bytes
 * @throws EspalierError TRAIN_TOO_LARGE
 */
export function checkMemory(settings: TrainSettings, total: number): void {
  const needed = leastMemory(settings);
  if (needed <= total) return;
  const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  const advice = smaller(settings, (size) => leastMemory({ ...settings, ...size }) <= total);
  throw new EspalierError('TRAIN_TOO_LARGE', {
    batch: settings.batch,
    crop: settings.crop,
    needed: gigabytes(needed),
    total: gigabytes(total),
    advice,
  });
}
