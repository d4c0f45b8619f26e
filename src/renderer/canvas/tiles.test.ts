import { isTiled, pyramidLevels } from '@shared/picture';
import { describe, expect, it } from 'vitest';
import { covers, keyOf, parentOf, tileRect, tilesIn, tilesInView, WINDOW, windowAround } from './tiles';

const image = { width: 20_000, height: 10_000 };
const canvas = { width: 1000, height: 600 };
const levels = pyramidLevels(image.width, image.height);

describe('tiles', () => {
  it('shrink the image by halves until one tile holds it', () => {
    expect([pyramidLevels(512, 512), pyramidLevels(513, 2), pyramidLevels(20_000, 20_000)]).toEqual([1, 2, 7]);
    expect(levels).toBe(7);
    expect([isTiled(6000, 5000), isTiled(6000, 6000), isTiled(20_000, 100)]).toEqual([false, true, true]);
  });

  it('cover the view without a gap, at the level that has a pixel for each device pixel', () => {
    for (const place of [
      { x: 0, y: 0, scale: 0.05, canvas },
      { x: -3000, y: -1234, scale: 0.31, canvas },
      { x: -150_000, y: -70_000, scale: 9, canvas },
    ]) {
      const tiles = tilesInView(image, levels, place);
      expect(2 ** -tiles[0]!.level).toBeGreaterThanOrEqual(Math.min(place.scale, 1));
      expect(2 ** -tiles[0]!.level / 2).toBeLessThan(place.scale);
      for (const [dx, dy] of [
        [0, 0],
        [999, 0],
        [0, 499],
        [500, 300],
      ] as const) {
        const at = { x: (dx - place.x) / place.scale, y: (dy - place.y) / place.scale };
        const inside = tiles.filter((tile) => {
          const [x0, y0, x1, y1] = tileRect(tile, image);
          return at.x >= x0 && at.x < x1 && at.y >= y0 && at.y < y1;
        });
        expect(inside).toHaveLength(1);
      }
    }
  });

  it('are few whatever the size of the image, the middle first, and none where the image is not', () => {
    const tiles = tilesInView(image, levels, { x: -9000, y: -4000, scale: 1, canvas });
    expect(tiles.length).toBeLessThanOrEqual(12);
    expect(tileRect(tiles[0]!, image)[0]).toBeLessThanOrEqual(9500);
    expect(tileRect(tiles[0]!, image)[2]).toBeGreaterThan(9500);
    expect(tilesInView(image, levels, { x: 2000, y: 0, scale: 1, canvas })).toEqual([]);
  });

  it('lie within their parents', () => {
    const tile = { level: 0, x: 39, y: 19 };
    const [x0, y0, x1, y1] = tileRect(tile, image);
    const [px0, py0, px1, py1] = tileRect(parentOf(tile), image);
    expect([x0, y0, x1, y1]).toEqual([19_968, 9728, 20_000, 10_000]);
    expect(px0 <= x0 && py0 <= y0 && px1 >= x1 && py1 >= y1).toBe(true);
    expect(keyOf(parentOf(tile))).toBe('1 19 9');
  });
});

describe('the window of a large image whose colours are known', () => {
  it('has the place in its middle, and stays in the image', () => {
    expect(windowAround({ x: 9000, y: 5000 }, image)).toEqual({ width: WINDOW, height: WINDOW, origin: { x: 7976, y: 3976 } });
    expect(windowAround({ x: 3, y: 9999 }, image).origin).toEqual({ x: 0, y: 10_000 - WINDOW });
    expect(windowAround({ x: 15_000, y: 10 }, { width: 30_000, height: 100 })).toEqual({
      width: WINDOW,
      height: 100,
      origin: { x: 15_000 - WINDOW / 2, y: 0 },
    });
  });

  it('covers places well inside of it, and those at borders of the image that it touches', () => {
    const middle = windowAround({ x: 9000, y: 5000 }, image);
    expect([covers(middle, { x: 9400, y: 4600 }, image), covers(middle, { x: 7980, y: 5000 }, image)]).toEqual([true, false]);
    const corner = windowAround({ x: 0, y: 0 }, image);
    expect([covers(corner, { x: 0, y: 3 }, image), covers(corner, { x: WINDOW - 1, y: 3 }, image)]).toEqual([true, false]);
    expect(covers({ width: 7000, height: 7000 }, { x: 6999, y: 0 }, { width: 7000, height: 7000 })).toBe(true);
  });

  it('is read from the tiles that it touches', () => {
    const tiles = tilesIn({ x0: 500, y0: 512, x1: 1030, y1: 1024 });
    expect(tiles).toEqual([0, 1, 2].map((x) => ({ level: 0, x, y: 1 })));
  });
});
