import { expect, it } from 'vitest';
import type { RgbImage } from '../../media/decode';
import { placeIn, scaleChoice, viewOf } from './views';

/** A ramp from left to right in red and from top to bottom in green. */
const [width, height] = [40, 30];
const image = { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => ramp(i)) } as RgbImage;

function ramp(i: number): number {
  const [place, channel] = [Math.floor(i / 3), i % 3];
  return channel === 0 ? 5 * (place % width) : channel === 1 ? 7 * Math.floor(place / width) : 0;
}

it.each([
  [false, 1],
  [true, 1],
  [false, 1.5],
  [true, 0.7],
])('mirrored %s at scale %d: a pixel is where it is said to be', async (mirrored, scale) => {
  const view = await viewOf(image, { mirrored, scale });
  expect([view.width, view.height]).toEqual([Math.round(width * scale), Math.round(height * scale)]);
  for (const [x, y] of [
    [10, 8],
    [25, 20],
  ] as const) {
    const { row, column } = placeIn({ mirrored, scale }, image, y * width + x);
    const between = (channel: number): number => {
      const at = (r: number, c: number): number => view.data[(r * view.width + c) * 3 + channel]!;
      const [r, c] = [Math.floor(row), Math.floor(column)];
      const mix = (a: number, b: number, share: number): number => a + (b - a) * share;
      return mix(mix(at(r, c), at(r, c + 1), column - c), mix(at(r + 1, c), at(r + 1, c + 1), column - c), row - r);
    };
    expect(Math.abs(between(0) - 5 * x)).toBeLessThan(2.5);
    expect(Math.abs(between(1) - 7 * y)).toBeLessThan(2.5);
  }
});

it('looks at small images up to twice their size, and at large ones from a part of it to their own', () => {
  const scales = (width: number, height: number): number[] => [...scaleChoice([{ width, height }], 2.5).scales];
  expect(scales(480, 360).sort()).toEqual([0.7, 1, 1.4, 2]);
  expect(scales(1280, 960).sort()).toEqual([0.5, 0.7, 1, 1.4]);
  expect(scales(4000, 3000).sort()).toEqual([0.35, 0.5, 0.7, 1]);
});

it.each([
  { width: 480, height: 360, scales: [0.7, 1, 1.4, 2], views: [1, -1.4, 2, 0.7, -1] },
  { width: 640, height: 480, scales: [0.7, 1, 1.4], views: [1.4, -1.4, 1, -2, 0.7] },
  { width: 832, height: 624, scales: [0.5, 0.7, 1], views: [1, -1, 0.7, -1.4, 0.5] },
  { width: 4000, height: 3000, scales: [0.35, 0.5, 0.7, 1], views: [0.5, -0.7, 1, 0.35, -0.5] },
])(
  'enlarges $width × $height to no more than 0.75 megapixels, and looks most at what may be chosen',
  ({ width, height, scales, views }) => {
    const choice = scaleChoice([{ width, height }], 0.75);
    expect([...choice.scales].sort()).toEqual(scales);
    expect(choice.views.map(({ mirrored, scale }) => (mirrored ? -scale : scale))).toEqual(views);
  },
);
