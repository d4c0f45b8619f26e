import type { Spans } from '../spans';
import type { ImageWindow } from '../window';

/** A partition of an image, or of a window of a large one, into small joined regions of similar colour. */
export interface Superpixels extends ImageWindow {
  /** Region number per pixel, row-major. */
  readonly regions: Int32Array;
  /** Runs of all regions, one region after the other; those of region r are triples offsets[r] up to offsets[r + 1]. */
  readonly spans: Spans;
  readonly offsets: Int32Array;
}

export function spansOfRegion({ spans, offsets }: Superpixels, region: number): Spans {
  return spans.subarray(offsets[region]! * 3, offsets[region + 1]! * 3);
}

/** Collects each region's runs. `count` is one more than the largest number in `regions`. */
export function indexRegions(regions: Int32Array, width: number, height: number, count: number): Superpixels {
  const offsets = new Int32Array(count + 1);
  forRuns(regions, width, height, (region) => offsets[region + 1]!++);
  for (let r = 0; r < count; r++) offsets[r + 1]! += offsets[r]!;
  const next = offsets.slice(0, count);
  const spans = new Int32Array(offsets[count]! * 3);
  forRuns(regions, width, height, (region, y, x0, x1) => spans.set([y, x0, x1], next[region]!++ * 3));
  return { width, height, regions, spans, offsets };
}

function forRuns(
  regions: Int32Array,
  width: number,
  height: number,
  visit: (region: number, y: number, x0: number, x1: number) => void,
): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width;) {
      const x0 = x;
      const region = regions[y * width + x]!;
      while (x < width && regions[y * width + x] === region) x++;
      visit(region, y, x0, x);
    }
  }
}
