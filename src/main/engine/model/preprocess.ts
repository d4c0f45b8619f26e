import type { Backbone } from '@shared/settings';

/** How pixel values become network input, per channel R, G, B: (value − mean) / deviation, value in 0…255. */
export interface Normalisation {
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/** Mean and deviation of ImageNet's pixels, as torchvision's weights expect. */
const IMAGENET: Normalisation = {
  mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
  deviation: [0.229 * 255, 0.224 * 255, 0.225 * 255],
};

const NORMALISATIONS: Readonly<Record<Backbone, Normalisation>> = {
  'efficientnet-lite0': { mean: [127, 127, 127], deviation: [128, 128, 128] },
  resnet18: IMAGENET,
  resnet50: IMAGENET,
  resnet101: IMAGENET,
};

export function normalisationOf(backbone: Backbone): Normalisation {
  return NORMALISATIONS[backbone];
}

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
