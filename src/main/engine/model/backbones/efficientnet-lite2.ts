import { type BackboneDescription, CONVOLUTIONAL_INPUT } from './description';

/** EfficientNet-Lite2 (TensorFlow's own; Apache-2.0). */
export const efficientNetLite2: BackboneDescription = {
  architecture: { kind: 'efficientnet-lite', width: 1.1, depth: 1.2 },
  normalisation: { mean: [127, 127, 127], deviation: [128, 128, 128] },
  input: CONVOLUTIONAL_INPUT,
  statisticsMomentum: 0.01,
  decoder: 'small',
  bytesPerPixel: 2100,
  published: null,
  weights: 'import',
};
