import { emptyLabelMap } from '@shared/mask';
import { stateTable } from '@shared/review';
import { encodeConfidence, encodeSimilarity } from '@shared/run';
import { describe, expect, it } from 'vitest';
import { deviceRect, gridOf, renderLabels, renderPrediction, renderPreview, word, type LabelColors } from './render';

const view = { scale: 2, x: 3, y: 1 };
const device = { width: 12, height: 8 };
const image = { width: 4, height: 3 };
const all = { x0: 0, y0: 0, x1: device.width, y1: device.height };

const colorsOf = (outline: number, halo = 0): LabelColors => ({
  halo,
  fill: Uint32Array.from({ length: 256 }, (_, v) => (v === 255 ? 0 : v + 1)),
  outline: Uint32Array.from({ length: 256 }, (_, v) => (v === 255 ? 0 : outline)),
});

const picture = (words: Uint32Array): string[] =>
  Array.from({ length: device.height }, (_, y) =>
    [...words.subarray(y * 12, y * 12 + 12)].map((w) => (w === 0 ? '.' : String(w))).join(''),
  );

describe('sampling', () => {
  it('shows each image pixel where the view puts it', () => {
    const { data } = emptyLabelMap(4, 3);
    data[0] = 1;
    data[5] = 2;
    data[11] = 3;
    const words = new Uint32Array(96).fill(9);
    renderLabels(words, gridOf(view, 1, device, image), all, data, 4, colorsOf(0));
    expect(picture(words)).toEqual([
      '............',
      '...22.......',
      '...22.......',
      '.....33.....',
      '.....33.....',
      '.........44.',
      '.........44.',
      '............',
    ]);
  });

  it('draws outlines one device pixel wide at any scale, none at the edge of the image', () => {
    const { data } = emptyLabelMap(4, 3);
    data.fill(1, 0, 2);
    data.fill(1, 4, 6);
    const words = new Uint32Array(96);
    renderLabels(words, gridOf(view, 1, device, image), all, data, 4, colorsOf(7));
    expect(picture(words).slice(1, 5)).toEqual(['...2227.....', '...2227.....', '...2227.....', '...7777.....']);
  });

  it('sets outlines off by a halo on what is not labelled', () => {
    const { data } = emptyLabelMap(4, 3);
    data[5] = 1;
    const words = new Uint32Array(96);
    renderLabels(words, gridOf(view, 1, device, image), all, data, 4, colorsOf(7, 8));
    expect(picture(words).slice(1, 7)).toEqual([
      '............',
      '.....88.....',
      '....8778....',
      '....8778....',
      '.....88.....',
      '............',
    ]);
  });

  it('touches no pixel outside the rectangle asked for', () => {
    const { data } = emptyLabelMap(4, 3);
    data.fill(0);
    const words = new Uint32Array(96).fill(9);
    renderLabels(words, gridOf(view, 1, device, image), { x0: 4, y0: 2, x1: 6, y1: 3 }, data, 4, colorsOf(0));
    expect(words.filter((w) => w !== 9)).toHaveLength(2);
  });

  it('knows which device pixels may show a rectangle of the image, at any pixel ratio', () => {
    expect(deviceRect({ x0: 1, y0: 1, x1: 2, y1: 2 }, view, 1, device, 0)).toEqual({ x0: 5, y0: 3, x1: 7, y1: 5 });
    expect(deviceRect({ x0: 1, y0: 1, x1: 2, y1: 2 }, view, 2, { width: 24, height: 16 }, 1)).toEqual({ x0: 9, y0: 5, x1: 15, y1: 11 });
    expect(deviceRect({ x0: -50, y0: -50, x1: 90, y1: 90 }, view, 1, device, 2)).toEqual(all);
  });

  it('packs colours as the bytes red, green, blue, alpha', () => {
    const bytes = new Uint8Array(Uint32Array.of(word('#0a7fff', 0.5)).buffer);
    expect([...bytes]).toEqual([10, 127, 255, 128]);
  });
});

describe('a prediction', () => {
  it('has outlines between classes where it is kept', () => {
    const planes = {
      width: 2,
      height: 1,
      classes: Uint8Array.of(0, 1),
      confidence: Uint8Array.from([0.9, 0.9], encodeConfidence),
      similarity: Uint8Array.from([1, 1], encodeSimilarity),
    };
    const size = { width: 8, height: 1 };
    const words = new Uint32Array(8);
    const colors = {
      kept: Uint32Array.from({ length: 256 }, (_, v) => v + 1),
      outline: Uint32Array.from({ length: 256 }, (_, v) => v + 7),
      doubtedClass: new Uint32Array(256),
      doubted: new Uint32Array(256).fill(3),
      lowClass: new Uint32Array(256),
      lowLine: new Uint32Array(256).fill(5),
    };
    const grid = gridOf({ scale: 4, x: 0, y: 0 }, 1, size, planes);
    renderPrediction(words, grid, { x0: 0, y0: 0, x1: 8, y1: 1 }, planes, stateTable(0.7, 1), colors);
    expect([...words]).toEqual([1, 1, 1, 7, 8, 2, 2, 2]);
  });

  it('differs by state in pattern, and shows its class in every state', () => {
    const planes = {
      width: 4,
      height: 1,
      classes: Uint8Array.of(0, 0, 0, 1),
      confidence: Uint8Array.from([0.9, 0.9, 0.4, 0.4], encodeConfidence),
      similarity: Uint8Array.from([1, 0.6, 1, 1], encodeSimilarity),
    };
    const size = { width: 64, height: 16 };
    const grid = gridOf({ scale: 16, x: 0, y: 0 }, 1, size, planes);
    const words = new Uint32Array(64 * 16);
    const outline = new Uint32Array(256);
    const colors = {
      kept: new Uint32Array(256).fill(1),
      outline,
      doubtedClass: new Uint32Array(256).fill(2),
      doubted: new Uint32Array(256).fill(3),
      lowClass: Uint32Array.of(4, 6),
      lowLine: new Uint32Array(256).fill(5),
    };
    renderPrediction(words, grid, { x0: 0, y0: 0, x1: 64, y1: 16 }, planes, stateTable(0.7, 1), colors);
    const share = (from: number, value: number): number => {
      let count = 0;
      for (let y = 0; y < 16; y++) for (let x = from; x < from + 16; x++) if (words[y * 64 + x] === value) count++;
      return count / 256;
    };
    expect(share(0, 1)).toBe(1);
    expect([share(16, 3), share(16, 2)]).toEqual([3 / 8, 5 / 8]);
    expect([share(32, 4), share(32, 5)]).toEqual([7 / 8, 1 / 8]);
    expect([share(48, 6), share(48, 5)]).toEqual([7 / 8, 1 / 8]);
  });
});

describe('a preview', () => {
  it('is drawn in dots, closer together where it is surer, and not where it says nothing', () => {
    const planes = { width: 3, height: 1, classes: Uint8Array.of(0, 0, 255), confidence: Uint8Array.of(230, 120, 230) };
    const size = { width: 48, height: 16 };
    const words = new Uint32Array(48 * 16).fill(9);
    const colors = { dot: new Uint32Array(256).fill(1), ground: new Uint32Array(256).fill(2) };
    const grid = gridOf({ scale: 16, x: 0, y: 0 }, 1, size, { width: 3, height: 1 });
    renderPreview(words, grid, { x0: 0, y0: 0, x1: 48, y1: 16 }, planes, colors);
    const count = (from: number, value: number): number =>
      [...words.keys()].filter((at) => at % 48 >= from && at % 48 < from + 16 && words[at] === value).length;
    expect([count(0, 1), count(0, 2)]).toEqual([64, 192]);
    expect([count(16, 1), count(16, 2)]).toEqual([16, 240]);
    expect(count(32, 0)).toBe(256);
  });
});
