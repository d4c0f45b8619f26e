import { type BackboneDescription, CONVOLUTIONAL_INPUT } from './description';

/** EfficientNet-Lite0 (TensorFlow's own; Apache-2.0). */
export const efficientNetLite0: BackboneDescription = {
  architecture: { kind: 'efficientnet-lite', width: 1, depth: 1 },
  normalisation: { mean: [127, 127, 127], deviation: [128, 128, 128] },
  input: CONVOLUTIONAL_INPUT,
  statisticsMomentum: 0.01,
  decoder: 'small',
  bytesPerPixel: 1500,
  published: null,
  weights: 'set-up',
};
