import { CELL } from '@shared/run';
import type { Backbone, DecoderName } from '@shared/settings';
import type * as tf from '@tensorflow/tfjs-core';
import { efficientNetLite } from './efficientnet-lite';
import type { Encoder, OutputStride } from './encoder';
import { resNet } from './resnet';
import { BACKBONE_DESCRIPTIONS } from './backbones';
import type { BackboneDescription } from './backbones/description';
import type { Decoder } from './decoder';
import { DEEPLAB_SIZES, deepLabDecoder } from './deeplab';
import { classifier, EMBEDDING_SIZE, projector } from './heads';
import { hypercolumns, type Places } from './hypercolumn';
import type { Lookup, Network } from './network';
import { pixelHead } from './pixel-head';

/** m of the batch normalisation of whatever stands behind a backbone. */
export const BATCH_NORM_MOMENTUM = 0.1;

/** A network whose backbone tells the features of single pixels, so that its head can be trained on them alone. */
export interface PixelNetwork extends Network {
  /** Numbers in a pixel's features. */
  readonly inputs: number;
  /** Features of pixels. @param x normalised images [n, H, W, 3] @returns [n · P, inputs] */
  features(lookup: Lookup, x: tf.Tensor4D, places: Places): tf.Tensor2D;
}

/**
 * The segmentation network of a backbone with PGCL's two heads, both at 1/4 of the image.
 * @param classes K, 1…254
 * @param decoder DeepLabV3+ at output stride 16, or the pixel head on features of all depths at output stride 32
 */
export function createNetwork(backbone: Backbone, classes: number, decoder: DecoderName = 'deeplab'): Network {
  if (decoder === 'pixel') return createPixelNetwork(backbone, classes);
  const description = BACKBONE_DESCRIPTIONS[backbone];
  const encoder = encoderOf(description, 16);
  return assemble(description, encoder, deepLabDecoder(DEEPLAB_SIZES[description.decoder], encoder.channels), classes);
}

/** As {@link createNetwork} with the pixel head. */
export function createPixelNetwork(backbone: Backbone, classes: number): PixelNetwork {
  const description = BACKBONE_DESCRIPTIONS[backbone];
  const encoder = encoderOf(description, 32);
  const decoder = pixelHead(encoder.channels);
  const network = assemble(description, encoder, decoder, classes);
  return {
    ...network,
    inputs: decoder.inputs,
    features: (lookup, x, places) => hypercolumns(encoder.maps({ lookup, mode: { kind: 'infer' } }, x), [x.shape[1], x.shape[2]], places),
  };
}

function encoderOf({ architecture }: BackboneDescription, outputStride: OutputStride): Encoder {
  switch (architecture.kind) {
    case 'efficientnet-lite':
      return efficientNetLite(architecture, outputStride);
    case 'resnet':
      return resNet(architecture, outputStride);
  }
}

function assemble({ statisticsMomentum }: BackboneDescription, encoder: Encoder, decoder: Decoder, classes: number): Network {
  const classify = classifier(decoder.channels, classes);
  const project = projector(decoder.channels);
  return {
    specs: [encoder, decoder, classify, project].flatMap(({ specs }) => specs),
    batchNormMomentum: (layer) => (layer.startsWith('backbone.') ? statisticsMomentum : BATCH_NORM_MOMENTUM),
    // Decoders work at the resolution of the encoder's second map.
    stride: CELL,
    embedding: EMBEDDING_SIZE,
    classes,
    forward(lookup, x, mode) {
      const pass = { lookup, mode };
      const features = decoder.decode(pass, encoder.maps(pass, x));
      return { logits: classify.apply(pass, features), embedding: project.apply(pass, features) };
    },
  };
}
