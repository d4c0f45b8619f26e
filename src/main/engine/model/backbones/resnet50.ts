import { type BackboneDescription, CONVOLUTIONAL_INPUT, IMAGENET, timm } from './description';

export const resNet50: BackboneDescription = {
  architecture: { kind: 'resnet', depths: [3, 4, 6, 3], bottleneck: true },
  normalisation: IMAGENET,
  input: CONVOLUTIONAL_INPUT,
  statisticsMomentum: 0.1,
  decoder: 'paper',
  bytesPerPixel: 2200,
  published: null,
  weights: timm(
    'resnet50.tv_in1k',
    'aa6c2d36d56bc0209040c02b5a7b7d7bf11d57b8',
    102_469_840,
    '5d061a3c593d795bfe682d9b152bafbcf550579873492def3515b46db1189888',
  ),
};
