import type { Normalisation } from './backbones/description';

/**
 * Writes interleaved RGB values as network input.
 * @param rgb 3 values a pixel, 0…255
 * @param into as many floats, from `offset` on
 */
export function normalise(rgb: Uint8Array | Float32Array, { mean, deviation }: Normalisation, into: Float32Array, offset = 0): void {
  const [r, g, b] = deviation;
  for (let i = 0; i < rgb.length; i += 3) {
    into[offset + i] = (rgb[i]! - mean[0]) / r;
    into[offset + i + 1] = (rgb[i + 1]! - mean[1]) / g;
    into[offset + i + 2] = (rgb[i + 2]! - mean[2]) / b;
  }
}
