import { IGNORE } from '@shared/mask';
import { RandomStream } from '@shared/random';

/**
 * A label map with everything that shapes make hard: regions with holes, regions in holes, parts that touch by a corner, lines of one
 * pixel, single pixels, and regions at every border.
 */
export function scribbles(seed: number, width: number, height: number, classes: readonly number[]): Uint8Array {
  const random = new RandomStream('scribbles', seed);
  const data = new Uint8Array(width * height).fill(IGNORE);
  const below = (limit: number): number => Math.floor(random.uniform(0, limit));
  const any = (): number => (random.uniform() < 0.2 ? IGNORE : classes[below(classes.length)]!);
  for (let shape = 0; shape < 12; shape++) {
    const [cx, cy, radius, id] = [below(width), below(height), 2 + below(Math.min(width, height) / 2), any()];
    const inner = random.uniform() < 0.5 ? 0 : random.uniform(0, radius - 1);
    const round = random.uniform() < 0.5;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const distance = round ? Math.hypot(x - cx, y - cy) : Math.max(Math.abs(x - cx), Math.abs(y - cy));
        if (distance <= radius && distance >= inner) data[y * width + x] = id;
      }
    }
  }
  for (let line = 0; line < 4; line++) {
    const [id, slope, from] = [any(), random.uniform(-1, 1), below(height)];
    for (let x = 0; x < width; x++) {
      const y = Math.round(from + slope * x);
      if (y >= 0 && y < height) data[y * width + x] = id;
    }
  }
  for (let i = 0; i < (width * height) / 20; i++) data[below(data.length)] = any();
  return data;
}
