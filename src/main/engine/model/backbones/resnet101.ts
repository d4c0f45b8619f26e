import { type BackboneDescription, CONVOLUTIONAL_INPUT, IMAGENET } from './description';

export const resNet101: BackboneDescription = {
  architecture: { kind: 'resnet', depths: [3, 4, 23, 3], bottleneck: true },
  normalisation: IMAGENET,
  input: CONVOLUTIONAL_INPUT,
  statisticsMomentum: 0.1,
  decoder: 'paper',
  bytesPerPixel: 2600,
  published: 75.2,
  // Torchvision's own file, whose name carries the first eight digits of its SHA-256; it is converted when it is installed.
  weights: {
    url: 'https://download.pytorch.org/models/resnet101-63fe2227.pth',
    sha256: '63fe2227b86e8f1f2063f43a75c84d195911b6a0eace650907dd3dc62dd49a0a',
    bytes: 179_000_000,
    source: 'torchvision resnet101',
    licence: 'BSD-3-Clause',
  },
};
