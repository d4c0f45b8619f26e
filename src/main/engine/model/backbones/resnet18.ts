import { type BackboneDescription, CONVOLUTIONAL_INPUT, IMAGENET, timm } from './description';

export const resNet18: BackboneDescription = {
  architecture: { kind: 'resnet', depths: [2, 2, 2, 2], bottleneck: false },
  normalisation: IMAGENET,
  input: CONVOLUTIONAL_INPUT,
  statisticsMomentum: 0.1,
  decoder: 'small',
  bytesPerPixel: 900,
  published: null,
  weights: timm(
    'resnet18.tv_in1k',
    'a987fd6b60f845221bfff84b6f0191273ba56ead',
    46_807_446,
    '694f673df6520a3158624e8a89af086f59923ee4cd7436fe5bc3bc71d295ad81',
  ),
};
