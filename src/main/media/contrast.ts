/** Share of the samples left black and white by the contrast window, each. */
const CLIPPED = 0.001;
const BINS = 65536;

/**
 * Samples of more than 8 bits as bytes: the window from the 0.1 % to the 99.9 % percentile of all finite samples is stretched to 0…255.
 * One window for all channels, so that colours keep their hue.
 */
export function windowTo8Bit(samples: Uint16Array | Float32Array): Uint8Array {
  let [min, max] = [Infinity, -Infinity];
  for (const value of samples) {
    if (value < min && value !== -Infinity) min = value;
    if (value > max && value !== Infinity) max = value;
  }
  const bytes = new Uint8Array(samples.length);
  if (!(max > min)) return bytes;

  const counts = new Uint32Array(BINS);
  const scale = (BINS - 1) / (max - min);
  let finite = 0;
  for (const value of samples) {
    if (!Number.isFinite(value)) continue;
    counts[Math.round((value - min) * scale)]!++;
    finite++;
  }
  const low = min + percentileBin(counts, finite * CLIPPED) / scale;
  const high = min + percentileBin(counts, finite * (1 - CLIPPED)) / scale;
  const [from, to] = high > low ? [low, high] : [min, max];
  const stretch = 255 / (to - from);
  for (let i = 0; i < samples.length; i++) {
    const value = (samples[i]! - from) * stretch;
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
