import { clamp, EMPTY_RECT, type Rect } from './geometry';
import type { Size } from './viewport';

/**
 * A set of pixels as row runs: triples (y, x0, x1), x1 exclusive. What every tool produces and a gesture writes.
 * Sorted by y, then x0, without overlaps, unless a function says otherwise.
 */
export type Spans = Int32Array;

export const NO_SPANS: Spans = new Int32Array(0);

export function boundsOf(spans: Spans): Rect {
  if (spans.length === 0) return EMPTY_RECT;
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < spans.length; i += 3) {
    y0 = Math.min(y0, spans[i]!);
    y1 = Math.max(y1, spans[i]! + 1);
    x0 = Math.min(x0, spans[i + 1]!);
    x1 = Math.max(x1, spans[i + 2]!);
  }
  return { x0, y0, x1, y1 };
}

export function pixelCount(spans: Spans): number {
  let count = 0;
  for (let i = 0; i < spans.length; i += 3) count += spans[i + 2]! - spans[i + 1]!;
  return count;
}

/** The part inside an image. */
export function clipSpans(spans: Spans, image: Size): Spans {
  const out: number[] = [];
  for (let i = 0; i < spans.length; i += 3) {
    const y = spans[i]!;
    const x0 = clamp(spans[i + 1]!, 0, image.width);
    const x1 = clamp(spans[i + 2]!, 0, image.width);
    if (y >= 0 && y < image.height && x0 < x1) out.push(y, x0, x1);
  }
  return Int32Array.from(out);
}

/** Pairs (start index, length), the form in which regions travel; `spans` must lie inside the image. */
export function toPairs(spans: Spans, width: number): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array((spans.length / 3) * 2);
  for (let i = 0, o = 0; i < spans.length; i += 3) {
    out[o++] = spans[i]! * width + spans[i + 1]!;
    out[o++] = spans[i + 2]! - spans[i + 1]!;
  }
  return out;
}

/** The pixels of `rect` for which `mask`, a row-major map of `width` columns whose first pixel is (`left`, `top`), is not 0. */
export function spansOfMask(mask: Uint8Array, width: number, rect: Rect, left = 0, top = 0): Spans {
  const out: number[] = [];
  for (let y = rect.y0; y < rect.y1; y++) {
    const row = (y - top) * width - left;
    for (let x = rect.x0; x < rect.x1; x++) {
      if (mask[row + x] === 0) continue;
      const x0 = x;
      while (x < rect.x1 && mask[row + x] !== 0) x++;
      out.push(y, x0, x);
    }
  }
  return Int32Array.from(out);
}

/** 1 where `rect` holds a pixel of the set, row-major. */
export function maskOfSpans(spans: Spans, rect: Rect): Uint8Array {
  const width = rect.x1 - rect.x0;
  const mask = new Uint8Array(width * (rect.y1 - rect.y0));
  for (let i = 0; i < spans.length; i += 3) {
    const y = spans[i]!;
    if (y < rect.y0 || y >= rect.y1) continue;
    const row = (y - rect.y0) * width - rect.x0;
    mask.fill(1, row + clamp(spans[i + 1]!, rect.x0, rect.x1), row + clamp(spans[i + 2]!, rect.x0, rect.x1));
  }
  return mask;
}

export const wholeImage = (image: Size): Spans =>
  Int32Array.from({ length: image.height * 3 }, (_, i) => (i % 3 === 0 ? i / 3 : i % 3 === 1 ? 0 : image.width));

/** Groups the pixels of `spans` by their value in `values`: [value, its part of the spans], in order of value. */
export function byValue(spans: Spans, values: Uint8Array, width: number): [number, Spans][] {
  const groups = new Map<number, number[]>();
  for (let i = 0; i < spans.length; i += 3) {
    const y = spans[i]!;
    const end = spans[i + 2]!;
    for (let x = spans[i + 1]!; x < end;) {
      const value = values[y * width + x]!;
      const x0 = x;
      while (x < end && values[y * width + x] === value) x++;
      const group = groups.get(value);
      if (group) group.push(y, x0, x);
      else groups.set(value, [y, x0, x]);
    }
  }
  return [...groups].sort(([a], [b]) => a - b).map(([value, group]) => [value, Int32Array.from(group)]);
}
