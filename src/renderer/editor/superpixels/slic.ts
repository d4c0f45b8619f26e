import type { ImagePixels } from '../pixels';
import { toLab } from './lab';

/** Weight of distance in the image against distance in colour. */
const COMPACTNESS = 10;
const ITERATIONS = 6;

/** Cluster centres: five numbers each (L, a, b, x, y). */
type Centres = Float32Array;

/**
 * SLIC superpixels (Achanta et al., 2012): k-means over colour (CIELAB) and place, each centre looking no farther than its
 * neighbours; pieces cut off from their centre then join a region beside them.
 * @param step pixels between the centres of the starting grid
 * @returns region number per pixel, row-major, from 0 without gaps
 */
export function slic(pixels: ImagePixels, step: number): { readonly regions: Int32Array; readonly count: number } {
  const { width, height } = pixels;
  const lab = toLab(pixels);
  const centres = gridCentres(lab, width, height, step);
  const assigned = new Int32Array(width * height);
  for (let i = 0; i < ITERATIONS; i++) {
    assign(lab, width, height, centres, step, assigned);
    moveCentres(lab, width, centres, assigned);
  }
  return connect(assigned, width, (step * step) / 4);
}

function gridCentres(lab: Float32Array, width: number, height: number, step: number): Centres {
  const columns = Math.max(1, Math.round(width / step));
  const rows = Math.max(1, Math.round(height / step));
  const centres = new Float32Array(columns * rows * 5);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const x = Math.floor(((column + 0.5) * width) / columns);
      const y = Math.floor(((row + 0.5) * height) / rows);
      const p = (y * width + x) * 3;
      centres.set([lab[p]!, lab[p + 1]!, lab[p + 2]!, x, y], (row * columns + column) * 5);
    }
  }
  return centres;
}

function assign(lab: Float32Array, width: number, height: number, centres: Centres, step: number, assigned: Int32Array): void {
  const best = new Float32Array(width * height).fill(Infinity);
  const place = (COMPACTNESS / step) ** 2;
  for (let c = 0; c * 5 < centres.length; c++) {
    const [l, a, b] = [centres[c * 5]!, centres[c * 5 + 1]!, centres[c * 5 + 2]!];
    const [cx, cy] = [centres[c * 5 + 3]!, centres[c * 5 + 4]!];
    const [x0, x1] = [Math.max(0, Math.floor(cx - step)), Math.min(width, Math.ceil(cx + step) + 1)];
    const [y0, y1] = [Math.max(0, Math.floor(cy - step)), Math.min(height, Math.ceil(cy + step) + 1)];
    for (let y = y0; y < y1; y++) {
      for (let x = x0, i = y * width + x0; x < x1; x++, i++) {
        const [dl, da, db] = [lab[i * 3]! - l, lab[i * 3 + 1]! - a, lab[i * 3 + 2]! - b];
        const distance = dl * dl + da * da + db * db + place * ((x - cx) * (x - cx) + (y - cy) * (y - cy));
        if (distance < best[i]!) {
          best[i] = distance;
          assigned[i] = c;
        }
      }
    }
  }
}

function moveCentres(lab: Float32Array, width: number, centres: Centres, assigned: Int32Array): void {
  const sums = new Float64Array(centres.length);
  const counts = new Uint32Array(centres.length / 5);
  for (let i = 0; i < assigned.length; i++) {
    const c = assigned[i]!;
    counts[c]!++;
    sums[c * 5]! += lab[i * 3]!;
    sums[c * 5 + 1]! += lab[i * 3 + 1]!;
    sums[c * 5 + 2]! += lab[i * 3 + 2]!;
    sums[c * 5 + 3]! += i % width;
    sums[c * 5 + 4]! += Math.floor(i / width);
  }
  for (let k = 0; k < centres.length; k++) {
    const count = counts[Math.floor(k / 5)]!;
    if (count > 0) centres[k] = sums[k]! / count;
  }
}

/** Numbers the joined pieces anew; a piece of fewer than `smallest` pixels takes the number of the piece to its left or above. */
function connect(assigned: Int32Array, width: number, smallest: number): { regions: Int32Array; count: number } {
  const regions = new Int32Array(assigned.length).fill(-1);
  let count = 0;
  const piece: number[] = [];
  for (let start = 0; start < assigned.length; start++) {
    if (regions[start] !== -1) continue;
    const cluster = assigned[start];
    piece.length = 0;
    piece.push(start);
    regions[start] = count;
    for (let at = 0; at < piece.length; at++) {
      const i = piece[at]!;
      const x = i % width;
      for (const next of [x > 0 ? i - 1 : i, x < width - 1 ? i + 1 : i, i - width, i + width]) {
        if (next < 0 || next >= assigned.length || regions[next] !== -1 || assigned[next] !== cluster) continue;
        regions[next] = count;
        piece.push(next);
      }
    }
    // The scan order makes the pixel to the left or above belong to an earlier piece.
    const beside = start % width > 0 ? regions[start - 1]! : start >= width ? regions[start - width]! : -1;
    if (piece.length < smallest && beside !== -1) for (const i of piece) regions[i] = beside;
    else count++;
  }
  return { regions, count };
}
