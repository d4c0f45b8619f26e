import type { RandomStream } from '@shared/random';
import type { Pixels } from './pixels';

/** Which square of a resized, perhaps mirrored image a view shows. Pixels outside the image are padding. */
export interface Crop {
  /** Side of the square, pixels. */
  readonly side: number;
  /** Size of the image after resizing, pixels. */
  readonly width: number;
  readonly height: number;
  /** Position of the square in the resized image; negative where it begins in the padding. */
  readonly left: number;
  readonly top: number;
  readonly flip: boolean;
}

/** How weak views are resized. */
export interface Resizing {
  /** Range of the scale. */
  readonly scales: readonly [number, number];
  /** Whether an image is enlarged further where it would not fill the crop; else it lies anywhere in it. */
  readonly filling: boolean;
}

/** That of the paper. */
export const PAPER_RESIZING: Resizing = { scales: [0.5, 2], filling: false };

/** Draws a weak view: resize, random crop, flip by ½. */
export function drawCrop(
  imageWidth: number,
  imageHeight: number,
  side: number,
  random: RandomStream,
  { scales, filling }: Resizing = PAPER_RESIZING,
): Crop {
  const least = filling ? side / Math.min(imageWidth, imageHeight) : 0;
  const scale = Math.max(random.uniform(...scales), least);
  const width = Math.max(1, Math.round(imageWidth * scale));
  const height = Math.max(1, Math.round(imageHeight * scale));
  return { side, width, height, left: offset(width, side, random), top: offset(height, side, random), flip: random.chance(0.5) };
}

function offset(size: number, side: number, random: RandomStream): number {
  const room = size - side;
  return room >= 0 ? random.integer(room + 1) : -random.integer(1 - room);
}

/** Range [from, to) of the rows and columns of a view that lie in the image. */
export function insideOf({ side, width, height, left, top, flip }: Crop): {
  rows: readonly [number, number];
  columns: readonly [number, number];
} {
  const columns = range(left, width, side);
  return { rows: range(top, height, side), columns: flip ? [side - columns[1], side - columns[0]] : columns };
}

function range(offset: number, size: number, side: number): readonly [number, number] {
  return [Math.max(0, -offset), Math.min(side, size - offset)];
}

/**
 * The part of a crop that lies in the image, bilinear between pixel centres.
 * @param rgb interleaved RGB bytes of the whole image
 */
export function cropImage(rgb: Uint8Array, imageWidth: number, imageHeight: number, crop: Crop): Pixels {
  const { rows, columns } = insideOf(crop);
  const [width, height] = [columns[1] - columns[0], rows[1] - rows[0]];
  const data = new Float32Array(width * height * 3);
  const across = taps(crop.left, crop.width, imageWidth, crop.side, crop.flip);
  const down = taps(crop.top, crop.height, imageHeight, crop.side, false);
  let at = 0;
  for (let y = rows[0]; y < rows[1]; y++) {
    const upper = down.first[y]! * imageWidth;
    const lower = down.second[y]! * imageWidth;
    const vertical = down.weight[y]!;
    for (let x = columns[0]; x < columns[1]; x++) {
      const horizontal = across.weight[x]!;
      const a = (upper + across.first[x]!) * 3;
      const b = (upper + across.second[x]!) * 3;
      const c = (lower + across.first[x]!) * 3;
      const d = (lower + across.second[x]!) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const above = rgb[a + channel]! + horizontal * (rgb[b + channel]! - rgb[a + channel]!);
        const below = rgb[c + channel]! + horizontal * (rgb[d + channel]! - rgb[c + channel]!);
        data[at++] = above + vertical * (below - above);
      }
    }
  }
  return { width, height, data };
}

/**
 * A map of numbers as the crop shows it, nearest neighbour.
 * @param values one byte a pixel of the image
 * @param padding value outside the image
 * @param into side × side numbers, from `start` on
 */
export function cropLabels(
  values: Uint8Array,
  imageWidth: number,
  imageHeight: number,
  crop: Crop,
  padding: number,
  into: Int32Array,
  start = 0,
): void {
  const { side } = crop;
  const { rows, columns } = insideOf(crop);
  const across = nearest(crop.left, crop.width, imageWidth, side, crop.flip);
  const down = nearest(crop.top, crop.height, imageHeight, side, false);
  into.fill(padding, start, start + side * side);
  for (let y = rows[0]; y < rows[1]; y++) {
    for (let x = columns[0]; x < columns[1]; x++) into[start + y * side + x] = values[down[y]! * imageWidth + across[x]!]!;
  }
}

interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Weight of the second. */
  readonly weight: Float32Array;
}

/** For each of `side` positions, the two source pixels it lies between; meaningless in the padding. */
function taps(offset: number, resized: number, source: number, side: number, flip: boolean): Taps {
  const [first, second, weight] = [new Int32Array(side), new Int32Array(side), new Float32Array(side)];
  const ratio = source / resized;
  for (let i = 0; i < side; i++) {
    const position = Math.min(Math.max(((flip ? side - 1 - i : i) + offset + 0.5) * ratio - 0.5, 0), source - 1);
    first[i] = Math.floor(position);
    second[i] = Math.min(first[i]! + 1, source - 1);
    weight[i] = position - first[i]!;
  }
  return { first, second, weight };
}

/** For each of `side` positions, the source pixel it lies in; meaningless in the padding. */
function nearest(offset: number, resized: number, source: number, side: number, flip: boolean): Int32Array {
  return Int32Array.from({ length: side }, (_, i) =>
    Math.min(Math.max(Math.floor((((flip ? side - 1 - i : i) + offset + 0.5) * source) / resized), 0), source - 1),
  );
}
