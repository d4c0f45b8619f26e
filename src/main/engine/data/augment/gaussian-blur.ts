import type { Pixels } from './pixels';

/** Standard deviations beyond which the kernel is cut off. */
const REACH = 3;

/**
 * Gaussian blur, separable, borders repeated; in place.
 * @param sigma standard deviation in pixels
 */
export function gaussianBlur({ width, height, data }: Pixels, sigma: number): void {
  const radius = Math.max(1, Math.ceil(REACH * sigma));
  const kernel = Float32Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
  const total = kernel.reduce((sum, value) => sum + value, 0);
  const weights = kernel.map((value) => value / total);
  const line = new Float32Array((Math.max(width, height) + 2 * radius) * 3);
  for (let y = 0; y < height; y++) blurLine(data, y * width * 3, 3, width, weights, radius, line);
  for (let x = 0; x < width; x++) blurLine(data, x * 3, width * 3, height, weights, radius, line);
}

/** Blurs `count` pixels from `start`, `step` numbers apart; `line` is room for them with their border. */
function blurLine(
  data: Float32Array,
  start: number,
  step: number,
  count: number,
  weights: Float32Array,
  radius: number,
  line: Float32Array,
): void {
  for (let i = 0; i < count + 2 * radius; i++) {
    const at = start + Math.min(Math.max(i - radius, 0), count - 1) * step;
    line[i * 3] = data[at]!;
    line[i * 3 + 1] = data[at + 1]!;
    line[i * 3 + 2] = data[at + 2]!;
  }
  for (let i = 0; i < count; i++) {
    let [r, g, b] = [0, 0, 0];
    for (let tap = 0, at = i * 3; tap < weights.length; tap++, at += 3) {
      const weight = weights[tap]!;
      r += weight * line[at]!;
      g += weight * line[at + 1]!;
      b += weight * line[at + 2]!;
    }
    const at = start + i * step;
    data[at] = r;
    data[at + 1] = g;
    data[at + 2] = b;
  }
}
