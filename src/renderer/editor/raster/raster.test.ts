import { describe, expect, it } from 'vitest';
import { imagePoint, type ImagePoint } from '../geometry';
import { maskOfSpans, pixelCount, spansOfMask, type Spans } from '../spans';
import { random, same } from '../testing/numbers';
import { everywhere, flood } from './flood';
import { grow, holesOf, shrink, smooth } from './morphology';
import { polygonSpans } from './polygon';
import { boxBetween, ellipseSpans, rectangleSpans } from './shapes';

const image = { width: 40, height: 30 };
const frame = { x0: 0, y0: 0, x1: image.width, y1: image.height };
const maskOf = (spans: Spans): Uint8Array => maskOfSpans(spans, frame);
const free = { square: false, centred: false };

/** Even-odd, pixel by pixel: the textbook crossing test at each centre. */
function polygonReference(points: readonly ImagePoint[]): Uint8Array {
  return Uint8Array.from({ length: image.width * image.height }, (_, i) => {
    const [x, y] = [(i % image.width) + 0.5, Math.floor(i / image.width) + 0.5];
    let inside = false;
    points.forEach((a, k) => {
      const b = points[(k + 1) % points.length]!;
      if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
    });
    return inside ? 1 : 0;
  });
}

describe('polygons', () => {
  it('equal a reference rasteriser, self-crossings and parts outside the image included', () => {
    const next = random(11);
    for (let round = 0; round < 300; round++) {
      const corners = Array.from({ length: 3 + Math.floor(next() * 8) }, () => imagePoint(next() * 60 - 10, next() * 50 - 10));
      expect(same(maskOf(polygonSpans(corners, image)), polygonReference(corners))).toBe(true);
    }
  });

  it('sharing an edge neither overlap nor leave a gap', () => {
    const next = random(5);
    for (let round = 0; round < 100; round++) {
      const a = imagePoint(Math.floor(next() * 80) / 2, Math.floor(next() * 60) / 2);
      const box = [imagePoint(0, 0), imagePoint(40, 0), imagePoint(40, 30), imagePoint(0, 30)];
      const fan = box.map((corner, i) => polygonSpans([a, corner, box[(i + 1) % 4]!], image));
      const total = fan.reduce((n, spans) => n + pixelCount(spans), 0);
      expect(total).toBe(image.width * image.height);
    }
  });

  it('with fewer than three corners are empty', () => {
    expect(polygonSpans([imagePoint(0, 0), imagePoint(9, 9)], image)).toHaveLength(0);
  });
});

describe('boxes', () => {
  it('snap to pixel edges, and Shift and Alt make them square and centred', () => {
    expect(boxBetween(imagePoint(2.2, 3.4), imagePoint(6.6, 9.7), free)).toEqual({ x0: 2, y0: 3, x1: 7, y1: 10 });
    expect(boxBetween(imagePoint(5, 5), imagePoint(2, 9), { square: true, centred: false })).toEqual({ x0: 1, y0: 5, x1: 5, y1: 9 });
    expect(boxBetween(imagePoint(5, 5), imagePoint(7, 6), { square: false, centred: true })).toEqual({ x0: 3, y0: 4, x1: 7, y1: 6 });
    expect(boxBetween(imagePoint(5.1, 5.1), imagePoint(5.2, 5.2), free)).toEqual({ x0: 5, y0: 5, x1: 6, y1: 6 });
  });

  it('fill rectangles and ellipses exactly', () => {
    const box = { x0: 3, y0: 4, x1: 20, y1: 15 };
    expect(pixelCount(rectangleSpans(box))).toBe(17 * 11);
    const inside = maskOf(ellipseSpans(box));
    const reference = inside.map((_, i) => {
      const u = ((i % image.width) + 0.5 - 11.5) / 8.5;
      const v = (Math.floor(i / image.width) + 0.5 - 9.5) / 5.5;
      return u * u + v * v <= 1 ? 1 : 0;
    });
    expect(inside).toEqual(reference);
  });
});

/** Breadth first over a queue of pixels. */
function floodReference(x: number, y: number, accept: (i: number) => boolean): Uint8Array {
  const mask = new Uint8Array(image.width * image.height);
  const queue = accept(y * image.width + x) ? [[x, y]] : [];
  for (const [px, py] of queue) {
    const i = py! * image.width + px!;
    if (px! < 0 || py! < 0 || px! >= image.width || py! >= image.height || mask[i] === 1 || !accept(i)) continue;
    mask[i] = 1;
    queue.push([px! - 1, py!], [px! + 1, py!], [px!, py! - 1], [px!, py! + 1]);
  }
  return mask;
}

const noiseOf = (seed: number, share: number): Uint8Array => {
  const next = random(seed);
  return Uint8Array.from({ length: image.width * image.height }, () => (next() < share ? 1 : 0));
};

describe('flood fill', () => {
  it('equals a breadth-first search', () => {
    const next = random(23);
    for (let round = 0; round < 200; round++) {
      const noise = noiseOf(round, 0.3 + next() * 0.5);
      const [x, y] = [Math.floor(next() * image.width), Math.floor(next() * image.height)];
      const accept = (i: number): boolean => noise[i] === noise[y * image.width + x];
      expect(same(maskOf(flood(image, x, y, accept)), floodReference(x, y, accept))).toBe(true);
    }
  });

  it('gives nothing outside the image, and everywhere finds the unjoined pixels too', () => {
    expect(flood(image, -1, 0, () => true)).toHaveLength(0);
    const noise = noiseOf(2, 0.4);
    expect(maskOf(everywhere(image, (i) => noise[i] === 1))).toEqual(noise);
  });
});

const near = (mask: Uint8Array, i: number, radius: number, value: 0 | 1): boolean =>
  mask.some((v, j) => {
    const dx = (i % image.width) - (j % image.width);
    const dy = Math.floor(i / image.width) - Math.floor(j / image.width);
    return v === value && dx * dx + dy * dy <= radius * radius;
  });

describe('morphology', () => {
  it('grows and shrinks by the Euclidean distance', () => {
    for (const [seed, radius] of [
      [1, 1],
      [2, 2],
      [3, 3.5],
    ] as const) {
      const few = noiseOf(seed, 0.02);
      expect(maskOf(grow(spansOfMask(few, 40, frame), image, radius))).toEqual(few.map((_, i) => (near(few, i, radius, 1) ? 1 : 0)));
      const many = noiseOf(seed, 0.98);
      expect(maskOf(shrink(spansOfMask(many, 40, frame), image, radius))).toEqual(many.map((_, i) => (near(many, i, radius, 0) ? 0 : 1)));
    }
  });

  it('finds holes, not bays and not gaps open at a corner', () => {
    const parse = (...rows: string[]): Spans => {
      const mask = new Uint8Array(image.width * image.height);
      rows.forEach((row, y) => [...row].forEach((c, x) => (mask[y * image.width + x] = c === '#' ? 1 : 0)));
      return spansOfMask(mask, image.width, frame);
    };
    expect([...holesOf(parse('#####', '#.#.#', '###.#'), image)]).toEqual([1, 1, 2]);
    expect(holesOf(parse('###.', '#.##', '##.#', '.###'), image)).not.toHaveLength(0);
    expect(holesOf(parse('##.', '#.#', '###'), image)).toHaveLength(0);
  });

  it('smooths hairs and cracks away and keeps what is broad', () => {
    const block = spansOfMask(maskOf(rectangleSpans({ x0: 5, y0: 5, x1: 25, y1: 25 })), 40, frame);
    const mask = maskOf(block);
    for (let x = 25; x < 35; x++) mask[14 * 40 + x] = 1;
    for (let y = 5; y < 20; y++) mask[y * 40 + 12] = 0;
    const smoothed = maskOf(smooth(spansOfMask(mask, 40, frame), image, 2));
    expect(smoothed[14 * 40 + 30]).toBe(0);
    expect(smoothed[15 * 40 + 20]).toBe(1);
  });
});
