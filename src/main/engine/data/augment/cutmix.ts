import type { RandomStream } from '@shared/random';

const PROBABILITY = 0.5;
/** Share of the crop's area, and height over width. */
const AREA = [0.02, 0.4] as const;
const ASPECT = [0.3, 3.3] as const;

/** Rows [top, bottom) and columns [left, right) of a crop; empty when nothing is pasted. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export const EMPTY_BOX: Box = { top: 0, left: 0, bottom: 0, right: 0 };

/** CutMix of a batch: image i takes `boxes[i]` from image `partners[i]`. */
export interface Mix {
  readonly boxes: readonly Box[];
  readonly partners: readonly number[];
}

/** Draws, for each of `count` images, with probability ½ a box and the other image that fills it. */
export function drawMix(count: number, side: number, random: RandomStream): Mix {
  const shift = count > 1 ? 1 + random.integer(count - 1) : 0;
  return {
    boxes: Array.from({ length: count }, () => (count > 1 && random.chance(PROBABILITY) ? drawBox(side, random) : EMPTY_BOX)),
    partners: Array.from({ length: count }, (_, i) => (i + shift) % count),
  };
}

/** Draws sizes until the box fits into the crop: at the largest areas not every shape does. */
export function drawBox(side: number, random: RandomStream): Box {
  for (;;) {
    const area = random.uniform(...AREA);
    const aspect = random.uniform(...ASPECT);
    const height = Math.max(1, Math.round(side * Math.sqrt(area * aspect)));
    const width = Math.max(1, Math.round(side * Math.sqrt(area / aspect)));
    if (height > side || width > side) continue;
    const [top, left] = [random.integer(side - height + 1), random.integer(side - width + 1)];
    return { top, left, bottom: top + height, right: left + width };
  }
}

/**
 * Copies a box of one image over another's.
 * @param channels numbers per pixel
 * @param from, into start of the two images
 */
export function paste(
  data: Float32Array,
  source: Float32Array,
  { top, left, bottom, right }: Box,
  side: number,
  channels: number,
  from: number,
  into: number,
): void {
  for (let y = top; y < bottom; y++) {
    const row = (y * side + left) * channels;
    data.set(source.subarray(from + row, from + row + (right - left) * channels), into + row);
  }
}
