import type { RandomStream } from '@shared/random';
import { clampByte, luma } from './pixels';

/** Ranges of the paper: brightness, contrast and saturation by 1 ± 0.5, hue by ± a quarter of the circle. */
const FACTOR = [0.5, 1.5] as const;
const HUE = [-0.25, 0.25] as const;

/** Brightness, contrast, saturation and hue in random order, each by a random amount, as torchvision's ColorJitter; in place. */
export function colourJitter(data: Float32Array, random: RandomStream): void {
  const changes = [
    (): void => brightness(data, random.uniform(...FACTOR)),
    (): void => contrast(data, random.uniform(...FACTOR)),
    (): void => saturation(data, random.uniform(...FACTOR)),
    (): void => shiftHue(data, random.uniform(...HUE)),
  ];
  for (const i of random.permutation(changes.length)) changes[i]!();
}

/** Multiplies by `factor`. */
export function brightness(data: Float32Array, factor: number): void {
  for (let i = 0; i < data.length; i++) data[i] = clampByte(data[i]! * factor);
}

/** Moves each value away from the image's mean grey by `factor`. */
export function contrast(data: Float32Array, factor: number): void {
  let sum = 0;
  for (let i = 0; i < data.length; i += 3) sum += luma(data[i]!, data[i + 1]!, data[i + 2]!);
  const mean = sum / (data.length / 3);
  for (let i = 0; i < data.length; i++) data[i] = clampByte(mean + factor * (data[i]! - mean));
}

/** Moves each pixel away from its own grey by `factor`; 0 leaves grey. */
export function saturation(data: Float32Array, factor: number): void {
  for (let i = 0; i < data.length; i += 3) {
    const grey = luma(data[i]!, data[i + 1]!, data[i + 2]!);
    for (let channel = i; channel < i + 3; channel++) data[channel] = clampByte(grey + factor * (data[channel]! - grey));
  }
}

/**
 * Turns the hue of each pixel, leaving HSV's saturation and value.
 * @param turn part of the circle, −0.5…0.5
 */
export function shiftHue(data: Float32Array, turn: number): void {
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [data[i]!, data[i + 1]!, data[i + 2]!];
    const value = Math.max(r, g, b);
    const chroma = value - Math.min(r, g, b);
    if (chroma === 0) continue;
    const sextant = value === r ? (g - b) / chroma : value === g ? 2 + (b - r) / chroma : 4 + (r - g) / chroma;
    const hue = sextant + 6 * turn + 12;
    data[i] = hueChannel(5, hue, value, chroma);
    data[i + 1] = hueChannel(3, hue, value, chroma);
    data[i + 2] = hueChannel(1, hue, value, chroma);
  }
}

/** One channel of an HSV colour; `phase` is 5, 3, 1 for R, G, B and `hue` counts sextants. */
function hueChannel(phase: number, hue: number, value: number, chroma: number): number {
  const k = (phase + hue) % 6;
  return value - chroma * Math.max(0, Math.min(k, 4 - k, 1));
}
