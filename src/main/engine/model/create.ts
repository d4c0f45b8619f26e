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
import type { Layer, Pass } from './layers';
import type { Lookup, Mode, Network, Output } from './network';
import { pixelHead } from './pixel-head';

const MOMENTUM = 0.1;
/** Decoders work at the resolution of the encoder's second map. */
const STRIDE = 4;

/** A network whose head can be trained on single pixels, on the features of a backbone that stays as it is. */
export interface PixelNetwork extends Network {
  /** Numbers in a pixel's features. */
  readonly inputs: number;
  /** Features of pixels. @param x normalised images [n, H, W, 3] @returns [n · P, inputs] */
  features(lookup: Lookup, x: tf.Tensor4D, places: Places): tf.Tensor2D;
  /**
   * What the network says of pixels of such features.
   * @param features [B, inputs]
   * @param between what happens to the hidden layer, [1, B, 1, ·], before the classifier
   * @returns [1, B, 1, ·]
   */
  head(lookup: Lookup, features: tf.Tensor2D, mode: Mode, between?: (hidden: tf.Tensor4D) => tf.Tensor4D): Output;
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
  return assemble(description, encoder, deepLabDecoder(DEEPLAB_SIZES[description.decoder], encoder.channels), classes).network;
}

/** As {@link createNetwork} with the pixel head. */
export function createPixelNetwork(backbone: Backbone, classes: number): PixelNetwork {
  const description = BACKBONE_DESCRIPTIONS[backbone];
  const encoder = encoderOf(description, 32);
  const decoder = pixelHead(encoder.channels);
  const { network, classify, project } = assemble(description, encoder, decoder, classes);
  return {
    ...network,
    inputs: decoder.inputs,
    features: (lookup, x, places) => hypercolumns(encoder.maps({ lookup, mode: { kind: 'infer' } }, x), [x.shape[1], x.shape[2]], places),
    head(lookup, features, mode, between = (hidden) => hidden) {
      const pass: Pass = { lookup, mode };
      const hidden = decoder.hidden(pass, features);
      return { logits: classify.apply(pass, between(hidden)), embedding: project.apply(pass, hidden) };
    },
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

function assemble(
  { statisticsMomentum }: BackboneDescription,
  encoder: Encoder,
  decoder: Decoder,
  classes: number,
): { network: Network; classify: Layer; project: Layer } {
  const classify = classifier(decoder.channels, classes);
  const project = projector(decoder.channels);
  const network: Network = {
    specs: [encoder, decoder, classify, project].flatMap(({ specs }) => specs),
    batchNormMomentum: (layer) => (layer.startsWith('backbone.') ? statisticsMomentum : MOMENTUM),
    stride: STRIDE,
    embedding: EMBEDDING_SIZE,
    classes,
    forward(lookup, x, mode) {
      const pass = { lookup, mode };
      const features = decoder.decode(pass, encoder.maps(pass, x));
      return { logits: classify.apply(pass, features), embedding: project.apply(pass, features) };
    },
  };
  return { network, classify, project };
}
