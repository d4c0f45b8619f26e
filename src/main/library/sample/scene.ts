import type { RandomStream } from '@shared/random';
import { DEBRIS, NUCLEUS, type Recipe } from './recipe';

/** Something bright: an ellipse with a wavy outline. Lengths in pixels, angles in radians. */
export interface Grain {
  readonly kind: typeof NUCLEUS | typeof DEBRIS;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly elongation: number;
  readonly angle: number;
  /** Waves of the outline: amplitude (share of the radius) and phase of 2, 3, 4… periods. */
  readonly waves: readonly (readonly [amplitude: number, phase: number])[];
  readonly brightness: number;
  readonly texture: number;
  readonly inFocus: boolean;
}

/** What lies under the microscope in a square of `size` pixels. */
export function composeScene(random: RandomStream, recipe: Recipe, size: number): Grain[] {
  const megapixels = (size * size) / 1e6;
  const nuclei: Grain[] = [];
  for (let left = Math.round(random.uniform(...recipe.nuclei.perMegapixel) * megapixels); left > 0; left--) {
    const nucleus = placeNucleus(random, recipe, size, nuclei);
    if (nucleus) nuclei.push(nucleus);
  }
  const debris: Grain[] = [];
  for (let left = Math.round(random.uniform(...recipe.debris.perMegapixel) * megapixels); left > 0; left--) {
    const [x, y] = [random.uniform() * size, random.uniform() * size];
    const pieces = random.chance(recipe.debris.clusters) ? 3 + random.integer(4) : 1;
    for (let i = 0; i < pieces; i++)
      debris.push(speck(random, recipe, x + (pieces > 1 ? random.normal() * 4 : 0), y + (pieces > 1 ? random.normal() * 4 : 0)));
  }
  for (let left = wholeIn(random, recipe.debris.fibres); left > 0; left--) debris.push(...fibre(random, recipe, size));
  return [...nuclei, ...debris];
}

/** A nucleus that overlaps no other one by much, or null when no room is found. */
function placeNucleus(random: RandomStream, { nuclei: recipe }: Recipe, size: number, others: readonly Grain[]): Grain | null {
  const condensed = random.chance(recipe.condensed);
  const radius = random.uniform(...recipe.radius) * (condensed ? 0.5 : 1);
  const touches = others.length > 0 && random.chance(recipe.touching);
  for (let attempt = 0; attempt < 30; attempt++) {
    const neighbour = touches ? others[random.integer(others.length)]! : null;
    const direction = random.uniform(0, 2 * Math.PI);
    const distance = neighbour ? (neighbour.radius + radius) * random.uniform(0.85, 1) : 0;
    const x = neighbour ? neighbour.x + Math.cos(direction) * distance : random.uniform() * size;
    const y = neighbour ? neighbour.y + Math.sin(direction) * distance : random.uniform() * size;
    const crowded = others.some((other) => {
      const room = (other.radius + radius) * (other === neighbour ? 0.8 : 1.15);
      return (other.x - x) ** 2 + (other.y - y) ** 2 < room * room;
    });
    if (crowded || x < 0 || y < 0 || x >= size || y >= size) continue;
    const brightness = random.uniform(...recipe.brightness);
    return {
      kind: NUCLEUS,
      x,
      y,
      radius,
      elongation: random.uniform(...recipe.elongation),
      angle: random.uniform(0, Math.PI),
      waves: wavy(random, random.uniform(...recipe.irregularity)),
      brightness: condensed ? Math.min(1, brightness + 0.45) : brightness,
      texture: random.uniform(...recipe.texture),
      inFocus: !random.chance(recipe.outOfFocus),
    };
  }
  return null;
}

function speck(random: RandomStream, { debris: recipe }: Recipe, x: number, y: number): Grain {
  return {
    kind: DEBRIS,
    x,
    y,
    radius: random.uniform(...recipe.radius),
    elongation: random.uniform(1, 2.2),
    angle: random.uniform(0, Math.PI),
    waves: wavy(random, 0.25),
    brightness: random.uniform(...recipe.brightness),
    texture: 0,
    inFocus: true,
  };
}

/** A thin curved thread: beads along a path that bends at random. */
function fibre(random: RandomStream, { debris: recipe }: Recipe, size: number): Grain[] {
  const brightness = random.uniform(...recipe.brightness) * 0.7;
  const bend = random.normal() * 0.02;
  let [x, y, direction] = [random.uniform() * size, random.uniform() * size, random.uniform(0, 2 * Math.PI)];
  const beads = Math.round(random.uniform(...recipe.fibreLength));
  return Array.from({ length: beads }, () => {
    x += Math.cos(direction);
    y += Math.sin(direction);
    direction += bend + random.normal() * 0.04;
    return { kind: DEBRIS, x, y, radius: 1.1, elongation: 1, angle: 0, waves: [], brightness, texture: 0, inFocus: true };
  });
}

function wavy(random: RandomStream, amplitude: number): Grain['waves'] {
  return [1, 0.6, 0.4].map((share) => [random.normal() * amplitude * share, random.uniform(0, 2 * Math.PI)] as const);
}

/** A whole number, `from` to `to`, both included. */
function wholeIn(random: RandomStream, [from, to]: readonly [number, number]): number {
  return from + random.integer(to - from + 1);
}
