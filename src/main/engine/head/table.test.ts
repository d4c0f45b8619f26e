import { expect, it } from 'vitest';
import { RandomStream } from '@shared/random';
import { ClassDraw, PixelTable } from './table';

const table = new PixelTable(
  { inputs: 2, values: Float32Array.from([1, 5, 3, 5, 2, 5, 6, 5]) },
  {
    at: Int32Array.from([0, 1, 2, 3]),
    labels: Uint8Array.from([0, 0, 2, 255]),
    weights: Float32Array.from([8, 8, 4, 1]),
    images: Int32Array.from([0, 1, 1, 0]),
    views: Uint8Array.from([0, 0, 1, 1]),
  },
  [
    { mirrored: false, scale: 1 },
    { mirrored: true, scale: 2 },
  ],
  3,
);

it('knows the shares of its classes in pixels, and draws by their roots', () => {
  expect([...table.shares]).toEqual([0.8, 0, 0.2]);
  expect([...table.drawnShares].map((share) => share.toFixed(3))).toEqual(['0.667', '0.000', '0.333']);
  const rows = table.drawBalanced(3000, new RandomStream('draw'));
  const share = (row: number): number => rows.filter((each) => each === row).length / 3000;
  expect(share(2)).toBeCloseTo(1 / 3, 1);
  expect(share(0)).toBeCloseTo(1 / 3, 1);
  expect(share(3)).toBe(0);
});

it('gives the rows of some images and views, and features of rows, without copying them', () => {
  const part = table.where((image) => image === 1);
  expect(part.features).toBe(table.features);
  expect([...part.gather(Int32Array.of(0, 1))]).toEqual([3, 5, 2, 5]);
  expect([...part.rows.labels]).toEqual([0, 2]);
  expect([...part.where((_image, view) => view.scale === 2).gather(Int32Array.of(0))]).toEqual([2, 5]);
  expect([...table.gather(Int32Array.of(3, 0), 3)]).toEqual([6, 5, 1, 5, 0, 0]);
});

it('never draws a class without a share', () => {
  const rows = new ClassDraw(Uint8Array.from([0, 1, 2]), Float64Array.from([0.5, 0, 0.5])).draw(200, new RandomStream('some'));
  expect(new Set(rows)).toEqual(new Set([0, 2]));
});
