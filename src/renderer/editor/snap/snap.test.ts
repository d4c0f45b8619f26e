import { EMBEDDING, encodeEmbedding } from '@shared/run';
import { describe, expect, it } from 'vitest';
import { imagePoint } from '../geometry';
import type { ImagePixels } from '../pixels';
import { maskOfSpans, NO_SPANS, spansOfMask, type Spans } from '../spans';
import { random } from '../testing/numbers';
import { polygonSpans } from '../raster/polygon';
import { inImage, inWindow } from '../window';
import { featureAt, type Embedding } from './embedding';
import { snap } from './snap';

const [WIDTH, HEIGHT] = [150, 110];
const frame = { x0: 0, y0: 0, x1: WIDTH, y1: HEIGHT };
const image = { width: WIDTH, height: HEIGHT };

type Shape = (x: number, y: number) => boolean;
/** A blob with a wavy outline. */
const blob: Shape = (x, y) => {
  const angle = Math.atan2(y - 55, x - 70);
  return Math.hypot(x - 70, y - 55) < 28 + 4 * Math.cos(3 * angle) + 2 * Math.sin(5 * angle);
};

const truthOf = (shape: Shape): Uint8Array =>
  Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (shape((i % WIDTH) + 0.5, Math.floor(i / WIDTH) + 0.5) ? 1 : 0));

/** The embedding a good teacher might have: what a cell shows most, two kinds of surroundings, and noise. */
function embeddingOf(truth: Uint8Array, noise = 0.05): Embedding {
  const next = random(5);
  const { stride, channels } = EMBEDDING;
  const [columns, rows] = [Math.ceil(WIDTH / stride), Math.ceil(HEIGHT / stride)];
  const direction = (seed: number): number[] => {
    const own = random(seed);
    return Array.from({ length: channels }, () => (own() - 0.5) * 0.6);
  };
  const [object, left, right] = [direction(1), direction(2), direction(3)] as const;
  const values = new Uint8Array(columns * rows * channels);
  for (let cell = 0; cell < columns * rows; cell++) {
    const [column, row] = [cell % columns, Math.floor(cell / columns)];
    let [inside, all] = [0, 0];
    for (let y = row * stride; y < Math.min(HEIGHT, (row + 1) * stride); y++) {
      for (let x = column * stride; x < Math.min(WIDTH, (column + 1) * stride); x++, all++) inside += truth[y * WIDTH + x]!;
    }
    const ground = column < columns / 2 ? left : right;
    for (let c = 0; c < channels; c++) {
      const value = (object[c]! * inside + ground[c]! * (all - inside)) / all + (next() - 0.5) * noise;
      values[(c * rows + row) * columns + column] = encodeEmbedding(value);
    }
  }
  return { columns, rows, values };
}

/** The object a little brighter than a noisy ground; `contrast` 0 shows nothing. */
function picture(truth: Uint8Array, contrast: number): ImagePixels {
  const next = random(9);
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  truth.forEach((inside, i) => {
    const grey = 90 + inside * contrast + (next() - 0.5) * 24;
    data.set([grey, grey, grey, 255], i * 4);
  });
  return { ...image, data };
}

/** A hasty outline: corners up to `error` pixels off. */
function rough(error: number): Spans {
  const next = random(3);
  const corners = Array.from({ length: 9 }, (_, k) => {
    const angle = (k / 9) * 2 * Math.PI;
    const radius = 27 + (next() - 0.5) * 2 * error;
    return imagePoint(70 + radius * Math.cos(angle), 55 + radius * Math.sin(angle));
  });
  return polygonSpans(corners, image);
}

function iou(spans: Spans, truth: Uint8Array): number {
  const mask = maskOfSpans(spans, frame);
  let [both, either] = [0, 0];
  mask.forEach((value, i) => {
    both += value & truth[i]!;
    either += value | truth[i]!;
  });
  return both / either;
}

describe('snap', () => {
  const truth = truthOf(blob);
  const embedding = embeddingOf(truth);
  const stroke = rough(6);

  it('moves a rough border to the pixels where the image and the teacher see it', () => {
    const before = iou(stroke, truth);
    const after = iou(snap(stroke, 10, picture(truth, 60), embedding), truth);
    expect(before).toBeLessThan(0.85);
    expect(after).toBeGreaterThan(0.97);
  });

  it('follows the teacher alone where the image shows nothing', () => {
    expect(iou(snap(stroke, 10, picture(truth, 0), embedding), truth)).toBeGreaterThan(0.92);
  });

  it('is not drawn away by an edge of the image that is none to the teacher', () => {
    const stripe = truthOf((x, y) => blob(x, y) && Math.abs(x - 62) > 4);
    expect(iou(snap(stroke, 10, picture(stripe, 60), embedding), truth)).toBeGreaterThan(0.9);
  });

  it('is not misled by another thing of the same kind close by', () => {
    const both = truthOf((x, y) => blob(x, y) || Math.hypot(x - 122, y - 55) < 14);
    const moved = maskOfSpans(snap(stroke, 10, picture(both, 60), embeddingOf(both)), frame);
    const here = moved.map((value, i) => (i % WIDTH < 106 ? value : 0));
    expect(iou(spansOfMask(here, WIDTH, frame), truth)).toBeGreaterThan(0.95);
  });

  it('keeps what lies deep in the stroke, and takes nothing farther than reach', () => {
    const mask = maskOfSpans(snap(stroke, 4, picture(truth, 60), embedding), frame);
    const drawn = maskOfSpans(stroke, frame);
    const far = (i: number, value: number): boolean => {
      for (let dy = -4; dy <= 4; dy++) {
        for (let dx = -4; dx <= 4; dx++) if (dx * dx + dy * dy <= 16 && drawn[i + dy * WIDTH + dx] !== value) return false;
      }
      return true;
    };
    mask.forEach((value, i) => {
      if (far(i, 1)) expect(value).toBe(1);
      if (far(i, 0)) expect(value).toBe(0);
    });
  });

  it('does the same where the colours of a window around the stroke are known', () => {
    const whole = picture(truth, 60);
    const window = { width: 140, height: HEIGHT, origin: { x: 6, y: 0 } };
    const data = new Uint8ClampedArray(window.width * window.height * 4);
    for (let y = 0; y < HEIGHT; y++) {
      const row = whole.data.subarray((y * WIDTH + 6) * 4, (y * WIDTH + 6 + window.width) * 4);
      data.set(row, y * window.width * 4);
    }
    const moved = snap(inWindow(stroke, window), 10, { ...window, data }, embedding);
    expect(inImage(moved, window)).toEqual(snap(stroke, 10, whole, embedding));
  });

  it('leaves a stroke inside one thing as it is grown by no more than reach, and nothing of nothing', () => {
    expect(snap(NO_SPANS, 10, picture(truth, 60), embedding)).toHaveLength(0);
    const dot = spansOfMask(
      truthOf((x, y) => Math.hypot(x - 149, y - 109) < 5),
      WIDTH,
      frame,
    );
    const mask = maskOfSpans(snap(dot, 3, picture(truth, 60), embedding), frame);
    expect(mask[HEIGHT * WIDTH - 1]).toBe(1);
    expect(mask.reduce((n, v) => n + v, 0)).toBeLessThan(60);
  });
});

it('features are those of the cell in its middle, and go on beyond the last ones', () => {
  const embedding = embeddingOf(truthOf(blob));
  const cell = (column: number, row: number): number[] =>
    Array.from({ length: EMBEDDING.channels }, (_, c) => embedding.values[(c * embedding.rows + row) * embedding.columns + column]!);
  const middle = featureAt(embedding, 4 * 9 + 1.5, 4 * 7 + 1.5);
  expect([...middle]).toEqual(cell(9, 7));
  expect([...featureAt(embedding, WIDTH + 9, HEIGHT + 9)]).toEqual(cell(embedding.columns - 1, embedding.rows - 1));
  expect(featureAt(embedding, 4 * 9 + 3.5, 4 * 7 + 1.5)[0]).toBeCloseTo((cell(9, 7)[0]! + cell(10, 7)[0]!) / 2, 4);
});
