import { RandomStream } from '@shared/random';
import { ValueNoise } from './value-noise';
import { BACKGROUND, NUCLEUS, type Recipe } from './recipe';
import { composeScene, type Grain } from './scene';

/** A square micrograph, 8-bit grey, and the class of each pixel. */
export interface Micrograph {
  readonly size: number;
  readonly grey: Uint8Array;
  readonly truth: Uint8Array;
}

/** Image number `index` of the data set of `seed`; the same whatever other images are made. */
export function renderMicrograph(recipe: Recipe, seed: number, index: number, size: number): Micrograph {
  const random = new RandomStream('sample', seed, index);
  const { optics } = recipe;
  const grains = composeScene(random, recipe, size);
  const truth = new Uint8Array(size * size).fill(BACKGROUND);
  const sharp = new Float32Array(size * size);
  const vague = new Float32Array(size * size);
  grains.forEach((grain, i) =>
    paint(grain, new ValueNoise(seed * 7919 + index * 104729 + i, 4), size, grain.inFocus ? sharp : vague, truth),
  );

  blur(sharp, size, random.uniform(...optics.blur));
  blur(vague, size, random.uniform(...optics.defocus));
  return { size, grey: expose(random, optics, size, sharp, vague), truth };
}

/** Adds a grain to the light of its layer and to the truth. */
function paint(grain: Grain, chromatin: ValueNoise, size: number, light: Float32Array, truth: Uint8Array): void {
  const reach = Math.ceil(grain.radius * grain.elongation * 1.5) + 1;
  const [cos, sin] = [Math.cos(grain.angle), Math.sin(grain.angle)];
  const stretch = Math.sqrt(grain.elongation);
  for (let y = Math.max(0, Math.floor(grain.y - reach)); y <= Math.min(size - 1, grain.y + reach); y++) {
    for (let x = Math.max(0, Math.floor(grain.x - reach)); x <= Math.min(size - 1, grain.x + reach); x++) {
      const [dx, dy] = [x - grain.x, y - grain.y];
      const u = (dx * cos + dy * sin) / stretch;
      const v = (dy * cos - dx * sin) * stretch;
      const direction = Math.atan2(v, u);
      const outline = grain.waves.reduce((sum, [amplitude, phase], i) => sum + amplitude * Math.cos((i + 2) * direction + phase), 1);
      const depth = Math.hypot(u, v) / (grain.radius * outline);
      if (depth >= 1) continue;
      const dome = 0.7 + 0.3 * Math.sqrt(1 - depth * depth);
      const value = grain.brightness * dome * (1 - grain.texture + 2 * grain.texture * (chromatin.at(x, y) - 0.25));
      const at = y * size + x;
      // Touching nuclei lie beside each other; debris lies on top.
      light[at] = grain.kind === NUCLEUS ? Math.max(light[at]!, value) : light[at]! + value;
      truth[at] = grain.kind;
    }
  }
}

/** What the camera makes of the light: uneven illumination, haze, photon and read noise, 8 bits. */
function expose(random: RandomStream, optics: Recipe['optics'], size: number, sharp: Float32Array, vague: Float32Array): Uint8Array {
  const [lampX, lampY] = [random.uniform(0.2, 0.8) * size, random.uniform(0.2, 0.8) * size];
  const vignetting = random.uniform(...optics.vignetting);
  const background = random.uniform(...optics.background);
  const haze = random.uniform(...optics.haze);
  const clouds = new ValueNoise(random.integer(1e9), size / 3);
  const exposure = random.uniform(...optics.exposure);
  const photons = random.uniform(...optics.photons);
  const readNoise = random.uniform(...optics.readNoise);
  const grey = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = y * size + x;
      const fromLamp = ((x - lampX) ** 2 + (y - lampY) ** 2) / (size * size);
      const lit = 1 - vignetting * Math.min(1, fromLamp * 1.6);
      const light = exposure * lit * (background + haze * clouds.at(x, y) + sharp[at]! + 0.8 * vague[at]!);
      const seen = light + Math.sqrt(light / photons) * random.normal() + readNoise * random.normal();
      grey[at] = Math.min(255, Math.max(0, Math.round((0.02 + seen) * 255)));
    }
  }
  return grey;
}

/** Gaussian blur in place, rows then columns; the border is repeated. */
function blur(plane: Float32Array, size: number, sigma: number): void {
  const reach = Math.ceil(sigma * 3);
  const weights = Array.from({ length: reach * 2 + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  const sum = weights.reduce((a, b) => a + b);
  const line = new Float32Array(size);
  for (const [along, across] of [
    [1, size],
    [size, 1],
  ] as const) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) line[j] = plane[i * across + j * along]!;
      for (let j = 0; j < size; j++) {
        let value = 0;
        for (let k = -reach; k <= reach; k++) value += weights[k + reach]! * line[Math.min(size - 1, Math.max(0, j + k))]!;
        plane[i * across + j * along] = value / sum;
      }
    }
  }
}
