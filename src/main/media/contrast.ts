import type { SampleRange } from '@shared/picture';

/** Share of the samples left black and white by the contrast window, each. */
const CLIPPED = 0.001;
const BINS = 65536;

/** What samples of more than 8 bits hold: their extremes, and the range shown unless the user chooses another. Infinities do not count. */
export interface SampleExtent {
  readonly min: number;
  readonly max: number;
  readonly range: SampleRange;
}

/**
 * The range from the 0.1 % to the 99.9 % percentile of all finite samples; one for all channels, so that colours keep their hue.
 * Null when all samples are equal.
 */
export function measureSamples(samples: Uint16Array | Float32Array): SampleExtent | null {
  let [min, max] = [Infinity, -Infinity];
  for (const value of samples) {
    if (value < min && value !== -Infinity) min = value;
    if (value > max && value !== Infinity) max = value;
  }
  if (!(max > min)) return null;

  const counts = new Uint32Array(BINS);
  const scale = (BINS - 1) / (max - min);
  let finite = 0;
  for (const value of samples) {
    if (!Number.isFinite(value)) continue;
    counts[Math.round((value - min) * scale)]!++;
    finite++;
  }
  const black = min + percentileBin(counts, finite * CLIPPED) / scale;
  const white = min + percentileBin(counts, finite * (1 - CLIPPED)) / scale;
  return { min, max, range: white > black ? { black, white } : { black: min, white: max } };
}

/** Samples of more than 8 bits as bytes: `range` (that of `measureSamples` unless given) is stretched to 0…255. */
export function windowTo8Bit(samples: Uint16Array | Float32Array, range: SampleRange | null = null): Uint8Array {
  const bytes = new Uint8Array(samples.length);
  const shown = range ?? measureSamples(samples)?.range;
  if (!shown) return bytes;
  const stretch = 255 / (shown.white - shown.black);
  for (let i = 0; i < samples.length; i++) {
    const value = (samples[i]! - shown.black) * stretch;
    bytes[i] = value > 255 ? 255 : value > 0 ? Math.round(value) : 0;
  }
  return bytes;
}

/** The first bin at which more than `target` samples have been counted. */
function percentileBin(counts: Uint32Array, target: number): number {
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    sum += counts[bin]!;
    if (sum > target) return bin;
  }
  return counts.length - 1;
}
