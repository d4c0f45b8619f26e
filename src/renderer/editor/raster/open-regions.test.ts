import { IGNORE } from '@shared/mask';
import { describe, expect, it } from 'vitest';
import { pixelCount } from '../spans';
import { random } from '../testing/numbers';
import { openRegions, smallestRegion } from './open-regions';
import { predictionRegion } from './region';

describe('open regions', () => {
  it('are those that a click finds, with what is open of them, the most doubted first', () => {
    for (let seed = 0; seed < 30; seed++) {
      const next = random(seed);
      const [width, height] = [17, 13];
      const bytes = (most: number) => Uint8Array.from({ length: width * height }, () => Math.floor(next() * most));
      const planes = { width, height, classes: bytes(3).map((id) => (id === 2 ? IGNORE : id)), confidence: bytes(2), similarity: bytes(1) };
      const groups = seed % 2 === 0 ? new Uint8Array(65536) : Uint8Array.from({ length: 65536 }, (_, i) => i >> 8);
      const labels = bytes(4).map((v) => (v === 0 ? 1 : IGNORE));
      const rejected = bytes(5).map((v) => (v < 2 ? v : IGNORE));
      const doubts = Float64Array.from({ length: 65536 }, (_, i) => (i >> 8 === 0 ? 0.5 : 0.125));

      const found = openRegions({ planes, rejected }, labels, groups, doubts, 2);
      expect(found.map(({ doubt }) => doubt)).toEqual(found.map(({ doubt }) => doubt).sort((a, b) => b - a));
      const expected = new Map<string, string>();
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          if (planes.classes[y * width + x] === IGNORE) continue;
          const spans = predictionRegion(planes, groups, x, y);
          const key = `${spans[1]} ${spans[0]}`;
          if (expected.has(key)) continue;
          let [open, doubt] = [0, 0];
          for (let s = 0; s < spans.length; s += 3) {
            for (let at = spans[s]! * width + spans[s + 1]!; at < spans[s]! * width + spans[s + 2]!; at++) {
              if (labels[at] !== IGNORE || rejected[at] === planes.classes[at]) continue;
              open++;
              doubt += doubts[planes.confidence[at]! << 8]!;
            }
          }
          expect(open).toBeLessThanOrEqual(pixelCount(spans));
          if (open >= 2) expected.set(key, `${open} ${doubt}`);
        }
      }
      expect(new Map(found.map(({ x, y, open, doubt }) => [`${x} ${y}`, `${open} ${doubt}`]))).toEqual(expected);
    }
  });

  it('are not worth a decision below one pixel of 5,000, nor below 25', () => {
    expect(smallestRegion({ width: 400, height: 300 })).toBe(25);
    expect(smallestRegion({ width: 1920, height: 1080 })).toBe(415);
  });
});
