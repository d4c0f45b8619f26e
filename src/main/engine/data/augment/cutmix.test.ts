import { describe, expect, test } from 'vitest';
import { RandomStream } from '@shared/random';
import { drawBox, drawMix, EMPTY_BOX, paste } from './cutmix';

describe('CutMix', () => {
  test.each([32, 192, 321])('boxes of a crop of %i keep to area and shape, and reach every border', (side) => {
    const reached = new Set<string>();
    for (let i = 0; i < 2000; i++) {
      const { top, left, bottom, right } = drawBox(side, new RandomStream(side, i));
      const [height, width] = [bottom - top, right - left];
      const slack = 1.5 / Math.min(height, width);
      expect((height * width) / side ** 2).toBeGreaterThan(0.02 * (1 - slack));
      expect((height * width) / side ** 2).toBeLessThan(0.4 * (1 + slack));
      expect(height / width).toBeGreaterThan(0.3 * (1 - slack));
      expect(height / width).toBeLessThan(3.3 * (1 + slack));
      expect(Math.min(top, left, side - bottom, side - right)).toBeGreaterThanOrEqual(0);
      if (top === 0) reached.add('top');
      if (left === 0) reached.add('left');
      if (bottom === side) reached.add('bottom');
      if (right === side) reached.add('right');
    }
    expect(reached.size).toBe(4);
  });

  test('mixes half of the images, each with another one', () => {
    let mixed = 0;
    for (let i = 0; i < 500; i++) {
      const { boxes, partners } = drawMix(4, 64, new RandomStream('mix', i));
      partners.forEach((partner, own) => expect(partner).not.toBe(own));
      expect(partners.toSorted()).toEqual([0, 1, 2, 3]);
      mixed += boxes.filter((box) => box !== EMPTY_BOX).length;
    }
    expect(Math.abs(mixed - 1000)).toBeLessThan(120);
  });

  test('has nothing to mix in a batch of one', () => {
    expect(drawMix(1, 64, new RandomStream(1))).toEqual({ boxes: [EMPTY_BOX], partners: [0] });
  });

  test('pastes the box and nothing else', () => {
    const side = 4;
    const source = Float32Array.from({ length: 2 * 16 }, (_, i) => i);
    const data = source.slice();
    paste(data, source, { top: 1, left: 2, bottom: 3, right: 4 }, side, 1, 16, 0);
    expect(Array.from(data.slice(0, 16))).toEqual([0, 1, 2, 3, 4, 5, 22, 23, 8, 9, 26, 27, 12, 13, 14, 15]);
    expect(data.slice(16)).toEqual(source.slice(16));
  });
});
