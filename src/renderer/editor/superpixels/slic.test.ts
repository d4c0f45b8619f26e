import { describe, expect, it } from 'vitest';
import { pixelCount } from '../spans';
import { random, same } from '../testing/numbers';
import { slic } from './slic';
import { indexRegions, spansOfRegion } from './superpixels';

const [width, height] = [64, 48];

/** A bright disc on a dark noisy ground. */
function discImage() {
  const next = random(4);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const inside = Math.hypot((i % width) - 30, Math.floor(i / width) - 22) < 14;
    const grey = (inside ? 190 : 50) + next() * 20;
    data.set([grey, grey, grey, 255], i * 4);
  }
  return { width, height, data };
}

describe('superpixels', () => {
  const pixels = discImage();
  const { regions, count } = slic(pixels, 8);

  it('cover the image with numbers without gaps', () => {
    const used = new Set(regions);
    expect(used.size).toBe(count);
    expect(Math.max(...used)).toBe(count - 1);
    expect(count).toBeGreaterThan(20);
    expect(count).toBeLessThan(80);
  });

  it('are each joined', () => {
    for (let region = 0; region < count; region++) {
      const start = regions.indexOf(region);
      const seen = new Set([start]);
      for (const i of seen) {
        for (const next of [i % width > 0 ? i - 1 : i, i % width < width - 1 ? i + 1 : i, i - width, i + width]) {
          if (regions[next] === region) seen.add(next);
        }
      }
      expect(seen.size).toBe(regions.reduce((n, r) => n + (r === region ? 1 : 0), 0));
    }
  });

  it('follow the border of what is shown', () => {
    let wrong = 0;
    for (let region = 0; region < count; region++) {
      let [bright, dark] = [0, 0];
      regions.forEach((r, i) => {
        if (r !== region) return;
        if (pixels.data[i * 4]! > 120) bright++;
        else dark++;
      });
      wrong += Math.min(bright, dark);
    }
    expect(wrong / (width * height)).toBeLessThan(0.01);
  });

  it('give back their pixels as runs', () => {
    const index = indexRegions(regions, width, height, count);
    const rebuilt = new Int32Array(width * height).fill(-1);
    for (let region = 0; region < count; region++) {
      const spans = spansOfRegion(index, region);
      expect(pixelCount(spans)).toBeGreaterThan(0);
      for (let i = 0; i < spans.length; i += 3) rebuilt.fill(region, spans[i]! * width + spans[i + 1]!, spans[i]! * width + spans[i + 2]!);
    }
    expect(same(rebuilt, regions)).toBe(true);
  });
});
