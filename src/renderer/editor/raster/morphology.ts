import type { Rect } from '../geometry';
import { intersect } from '../geometry';
import { boundsOf, maskOfSpans, NO_SPANS, spansOfMask, type Spans } from '../spans';
import type { Size } from '../viewport';

/** A region's mask with a margin around it that lies inside the image. */
interface Patch {
  readonly rect: Rect;
  readonly width: number;
  readonly mask: Uint8Array;
}

function patchOf(spans: Spans, image: Size, margin: number): Patch {
  const b = boundsOf(spans);
  const grown = { x0: b.x0 - margin, y0: b.y0 - margin, x1: b.x1 + margin, y1: b.y1 + margin };
  const rect = intersect(grown, { x0: 0, y0: 0, x1: image.width, y1: image.height });
  return { rect, width: rect.x1 - rect.x0, mask: maskOfSpans(spans, rect) };
}

const spansOf = ({ rect, width, mask }: Patch): Spans => spansOfMask(mask, width, rect, rect.x0, rect.y0);

/** The region's holes: pixels outside of it that no path of pixels, corner to corner included, joins to its surroundings. */
export function holesOf(spans: Spans, image: Size): Spans {
  if (spans.length === 0) return NO_SPANS;
  const patch = patchOf(spans, image, 0);
  const { width, mask } = patch;
  const height = patch.rect.y1 - patch.rect.y0;
  const outside = new Uint8Array(mask.length);
  const stack: number[] = [];
  const visit = (x: number, y: number): void => {
    const i = y * width + x;
    if (x < 0 || y < 0 || x >= width || y >= height || mask[i] === 1 || outside[i] === 1) return;
    outside[i] = 1;
    stack.push(i);
  };
  for (let x = 0; x < width; x++) [0, height - 1].forEach((y) => visit(x, y));
  for (let y = 0; y < height; y++) [0, width - 1].forEach((x) => visit(x, y));
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) visit(x + dx, y + dy);
  }
  return spansOf({ ...patch, mask: mask.map((inside, i) => (inside === 1 || outside[i] === 1 ? 0 : 1)) });
}

/** The pixels within `radius` of the region (Euclidean, between pixel centres), the region included. */
export function grow(spans: Spans, image: Size, radius: number): Spans {
  if (spans.length === 0) return NO_SPANS;
  const patch = patchOf(spans, image, Math.ceil(radius));
  return spansOf({ ...patch, mask: within(patch, 1, radius) });
}

/** The pixels of the region farther than `radius` from any other pixel of the image. */
export function shrink(spans: Spans, image: Size, radius: number): Spans {
  if (spans.length === 0) return NO_SPANS;
  const patch = patchOf(spans, image, Math.ceil(radius) + 1);
  return spansOf({ ...patch, mask: within(patch, 0, radius).map((near) => 1 - near) });
}

/** Rounds a region: bumps and cracks narrower than about 2 · `radius` go (opening, then closing). */
export function smooth(spans: Spans, image: Size, radius: number): Spans {
  const opened = grow(shrink(spans, image, radius), image, radius);
  return shrink(grow(opened, image, radius), image, radius);
}

/** 1 for pixels within `radius` of a pixel of value `of`, by the exact squared distance transform, columns then rows. */
function within({ mask, width, rect }: Patch, of: 0 | 1, radius: number): Uint8Array {
  const height = rect.y1 - rect.y0;
  const far = Math.ceil(radius) + 1;
  const column = new Int32Array(mask.length);
  for (let x = 0; x < width; x++) {
    let steps = far;
    for (let y = 0; y < height; y++) {
      steps = mask[y * width + x] === of ? 0 : Math.min(steps + 1, far);
      column[y * width + x] = steps;
    }
    steps = far;
    for (let y = height - 1; y >= 0; y--) {
      steps = mask[y * width + x] === of ? 0 : Math.min(steps + 1, far);
      if (steps < column[y * width + x]!) column[y * width + x] = steps;
    }
  }
  const out = new Uint8Array(mask.length);
  const limit = radius * radius;
  for (let i = 0; i < mask.length; i++) {
    const dy = column[i]!;
    if (dy > radius) continue;
    const reach = Math.floor(Math.sqrt(limit - dy * dy));
    const x = i % width;
    out.fill(1, i - Math.min(reach, x), i + Math.min(reach, width - 1 - x) + 1);
  }
  return out;
}
