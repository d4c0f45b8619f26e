import { describe, expect, test } from 'vitest';
import { RandomStream } from '@shared/random';
import { type Crop, cropImage, cropLabels, drawCrop, insideOf } from './weak-view';

const WIDTH = 7;
const HEIGHT = 5;
/** A picture whose red tells x and green y. */
const rgb = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
  const [x, y] = [Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
  return [10 * x, 20 * y, 5][i % 3]!;
});
const labels = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => i);

const still: Crop = { side: 3, width: WIDTH, height: HEIGHT, left: 2, top: 1, flip: false };

function labelsOf(crop: Crop): number[] {
  const result = new Int32Array(crop.side ** 2);
  cropLabels(labels, WIDTH, HEIGHT, crop, 255, result);
  return Array.from(result);
}

describe('a weak view', () => {
  test('at scale 1 shows the pixels themselves', () => {
    const { data } = cropImage(rgb, WIDTH, HEIGHT, still);
    expect(Array.from(data.slice(0, 9))).toEqual([20, 20, 5, 30, 20, 5, 40, 20, 5]);
    expect(labelsOf(still)).toEqual([9, 10, 11, 16, 17, 18, 23, 24, 25]);
  });

  test('mirrors image and labels alike', () => {
    const flipped = { ...still, flip: true };
    expect(Array.from(cropImage(rgb, WIDTH, HEIGHT, flipped).data.slice(0, 3))).toEqual([40, 20, 5]);
    expect(labelsOf(flipped)).toEqual([11, 10, 9, 18, 17, 16, 25, 24, 23]);
  });

  test('interpolates between pixel centres, and labels take the nearest', () => {
    const double = { side: 4, width: 2 * WIDTH, height: 2 * HEIGHT, left: 0, top: 0, flip: false };
    const { data } = cropImage(rgb, WIDTH, HEIGHT, double);
    expect(Array.from(data.filter((_, i) => i < 12 && i % 3 === 0))).toEqual([0, 2.5, 7.5, 12.5]);
    expect(labelsOf(double).slice(0, 4)).toEqual([0, 0, 1, 1]);
    const half = { side: 2, width: 4, height: 3, left: 0, top: 0, flip: false };
    expect(cropImage(rgb, WIDTH, HEIGHT, half).data[0]).toBeCloseTo(10 * (0.5 * (7 / 4) - 0.5), 4);
  });

  test('leaves padding around an image smaller than the crop, on the side it belongs after a flip', () => {
    const small = { side: 9, width: WIDTH, height: HEIGHT, left: -1, top: -3, flip: false };
    expect(insideOf(small)).toEqual({ rows: [3, 8], columns: [1, 8] });
    expect(insideOf({ ...small, flip: true })).toEqual({ rows: [3, 8], columns: [1, 8] });
    const beside = { ...small, left: -2, flip: true };
    expect(insideOf(beside)).toEqual({ rows: [3, 8], columns: [0, 7] });
    const result = labelsOf(beside);
    expect(result.filter((value) => value === 255)).toHaveLength(81 - 35);
    expect(result.slice(27, 36)).toEqual([6, 5, 4, 3, 2, 1, 0, 255, 255]);
    expect(cropImage(rgb, WIDTH, HEIGHT, beside)).toMatchObject({ width: 7, height: 5 });
  });

  test.each([
    [200, 150, 64],
    [10, 10, 64],
    [5000, 3, 64],
    [1, 4000, 33],
    [1, 1, 32],
  ])('drawn from %i × %i for a crop of %i always lies in the image, and reaches its borders', (width, height, side) => {
    const seen = { flips: 0, padded: 0 };
    for (let i = 0; i < 300; i++) {
      const crop = drawCrop(width, height, side, new RandomStream(i));
      expect(crop.width).toBeGreaterThanOrEqual(1);
      expect(crop.width / width).toBeLessThanOrEqual(width < 4 ? 2.5 : 2.01);
      const { rows, columns } = insideOf(crop);
      expect(rows[1] - rows[0]).toBe(Math.min(side, crop.height));
      expect(columns[1] - columns[0]).toBe(Math.min(side, crop.width));
      seen.flips += Number(crop.flip);
      seen.padded += Number(crop.height < side);
    }
    expect(seen.flips).toBeGreaterThan(100);
    expect(seen.flips).toBeLessThan(200);
  });

  test('fills the crop where it is to, however small or narrow the image is', () => {
    for (const [width, height] of [
      [200, 150],
      [40, 300],
      [10, 10],
    ] as const)
      for (let i = 0; i < 50; i++) {
        const crop = drawCrop(width, height, 64, new RandomStream(i), { scales: [0.75, 1.33], filling: true });
        const { rows, columns } = insideOf(crop);
        expect([rows[1] - rows[0], columns[1] - columns[0]]).toEqual([64, 64]);
        expect(crop.width / width).toBeLessThan(Math.max(1.34, 64 / Math.min(width, height) + 0.1));
      }
  });
});
