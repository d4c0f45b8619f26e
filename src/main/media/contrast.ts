import type { SampleRange } from '@shared/picture';
import type { Samples } from './tiff/samples';

/** Share of the samples left black and white by the contrast window, each. */
const CLIPPED = 0.001;
/** Samples that the percentiles are taken of at most. */
const DRAWN = 2 ** 18;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** What samples hold: their extremes, and the range shown unless the user chooses another. What is not finite does not count. */
export interface SampleExtent {
  readonly min: number;
  readonly max: number;
  readonly range: SampleRange;
}

/**
 * The range from the 0.1 % to the 99.9 % percentile; one for all channels, so that colours keep their hue.
 * @param noData a value that stands for "nothing here" and does not count
 * @returns null when all samples are equal, or none counts
 */
export function measureSamples(samples: Samples, noData: number | null = null): SampleExtent | null {
  let [min, max] = [Infinity, -Infinity];
  for (const value of samples) {
    if (value < min && value !== -Infinity && value !== noData) min = value;
    if (value > max && value !== Infinity && value !== noData) max = value;
  }
  return max > min ? { min, max, range: shownRange(samples, noData)! } : null;
}

/**
 * Samples as bytes: `range` (the one that `measureSamples` finds, unless given) is stretched to 0…255. Where all samples are equal they
 * are mid-grey. What is not a number is black, like "nothing here".
 */
export function windowTo8Bit(samples: Samples, range: SampleRange | null = null, noData: number | null = null): Uint8Array {
  const bytes = new Uint8Array(samples.length);
  const shown = range ?? shownRange(samples, noData);
  if (!shown) return bytes;
  const stretch = 255 / (shown.white - shown.black);
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    const value = (sample - shown.black) * stretch;
    bytes[i] = sample === noData ? 0 : value > 255 ? 255 : value > 0 ? Math.round(value) : 0;
  }
  return bytes;
}

/** Null when no sample counts. Where nearly all samples are equal, they are its middle. */
function shownRange(samples: Samples, noData: number | null): SampleRange | null {
  const sorted = draw(samples, noData).sort();
  if (sorted.length === 0) return null;
  const clipped = Math.floor(sorted.length * CLIPPED);
  const [black, white] = [sorted[clipped]!, sorted[sorted.length - 1 - clipped]!];
  if (white > black) return { black, white };
  const reach = Math.max(1, Math.abs(black));
  return { black: black - reach, white: black + reach };
}

/** Finite samples: all, or as many as are drawn, spread evenly but in step with no row or channel. */
function draw(samples: Samples, noData: number | null): Float64Array {
  const count = Math.min(samples.length, DRAWN);
  const stretch = samples.length / count;
  const drawn = new Float64Array(count);
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const jitter = stretch === 1 ? 0 : (i * GOLDEN) % 1;
    const value = samples[Math.floor((i + jitter) * stretch)]!;
    if (Number.isFinite(value) && value !== noData) drawn[kept++] = value;
  }
  return drawn.subarray(0, kept);
}
