import type { Rect } from '../geometry';
import type { ImagePixels } from '../pixels';
import type { Terrain } from './walker';

/** Even the hardest step is not impossible: an image without an answer leaves it to the beliefs. */
const HARDEST = 1e-3;

/** The terrain of an image's colours: the more two neighbours differ, compared with neighbours here on the whole, the harder the step. */
export function terrainOf(pixels: ImagePixels, rect: Rect, fixed: Float32Array, free: Uint8Array): Terrain {
  const width = rect.x1 - rect.x0;
  const height = rect.y1 - rect.y0;
  const colours = smoothed(pixels, rect);
  const [right, down] = [new Float32Array(width * height), new Float32Array(width * height)];
  let [sum, count] = [0, 0];
  for (let i = 0; i < right.length; i++) {
    if (i % width < width - 1) right[i] = differenceOf(colours, i, i + 1);
    if (i + width < right.length) down[i] = differenceOf(colours, i, i + width);
    if (free[i] === 0) continue;
    sum += right[i]! + down[i]!;
    count += 2;
  }
  const usual = Math.max(sum / Math.max(count, 1), 1e-3);
  const ease = (difference: number): number => HARDEST + (1 - HARDEST) * Math.exp(-difference / usual);
  return { width, height, fixed, free, right: right.map(ease), down: down.map(ease) };
}

/** Means over 3 × 3 pixels, red, green and blue of each pixel of `rect`: single noisy pixels are no borders. */
function smoothed({ data, width, height }: ImagePixels, rect: Rect): Float32Array {
  const out = new Float32Array((rect.x1 - rect.x0) * (rect.y1 - rect.y0) * 3);
  let o = 0;
  for (let y = rect.y0; y < rect.y1; y++) {
    for (let x = rect.x0; x < rect.x1; x++, o += 3) {
      let count = 0;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++, count++) {
          const at = (ny * width + nx) * 4;
          for (let c = 0; c < 3; c++) out[o + c]! += data[at + c]!;
        }
      }
      for (let c = 0; c < 3; c++) out[o + c]! /= count;
    }
  }
  return out;
}

/** Squared. */
function differenceOf(colours: Float32Array, i: number, j: number): number {
  let sum = 0;
  for (let c = 0; c < 3; c++) sum += (colours[i * 3 + c]! - colours[j * 3 + c]!) ** 2;
  return sum;
}
