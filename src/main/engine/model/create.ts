import type { Backbone, DecoderName } from '@shared/settings';
import * as tf from '@tensorflow/tfjs-core';
import { efficientNetLite } from './efficientnet-lite';
import type { Encoder, OutputStride } from './encoder';
import { resNet } from './resnet';
import { BACKBONE_DESCRIPTIONS } from './backbones';
import type { BackboneDescription } from './backbones/description';
import type { Decoder } from './decoder';
import { DEEPLAB_SIZES, deepLabDecoder } from './deeplab';
import { type FeatureLayout, featureSize, type MapLayout } from './feature-layout';
import { classifier, type Projector, projector } from './heads';
import { classified, type Lookup, type Network, type VariableSpec } from './network';
import { pixelHead } from './pixel-head';
import { visionTransformer } from './vision-transformer';

/** m of the batch normalisation of whatever stands behind a backbone. */
export const BATCH_NORM_MOMENTUM = 0.1;

/** A network whose head works on single pixels, so that it can be trained on their features alone. */
export interface PixelNetwork extends Network {
  /** Numbers in a pixel's features. */
  readonly inputs: number;
  readonly layout: FeatureLayout;
  /**
   * What features of pixels are read from: the maps of the backbone, and the mean of the last of them.
   * @param x normalised images [n, H, W, 3]
   * @returns maps as the layout says
   */
  maps(lookup: Lookup, x: tf.Tensor4D): tf.Tensor4D[];
  /** What the head makes of such maps: logits, [n, h, w, K], at the {@link Network.stride}. */
  classify(lookup: Lookup, maps: readonly tf.Tensor4D[]): tf.Tensor4D;
}

/**
 * The segmentation network of a backbone with PGCL's two heads.
 * @param classes K, 1…254
 * @param decoder DeepLabV3+ at output stride 16, or the pixel head on features of all depths at output stride 32
 */
export function createNetwork(backbone: Backbone, classes: number, decoder: DecoderName = 'deeplab'): Network {
  if (decoder === 'pixel') return createPixelNetwork(backbone, classes);
  const description = BACKBONE_DESCRIPTIONS[backbone];
  if (description.decoder === null) throw new Error(`${backbone} has no maps for DeepLabV3+`);
  const encoder = encoderOf(description, 16);
  return assemble(description, encoder, deepLabDecoder(DEEPLAB_SIZES[description.decoder], encoder.channels), projector, classes);
}

/** The variables of a backbone. */
export function backboneSpecs(backbone: Backbone): readonly VariableSpec[] {
  return encoderOf(BACKBONE_DESCRIPTIONS[backbone], 32).specs;
}

/** As {@link createNetwork} with the pixel head. */
export function createPixelNetwork(backbone: Backbone, classes: number): PixelNetwork {
  const description = BACKBONE_DESCRIPTIONS[backbone];
  const encoder = encoderOf(description, 32);
  const decoder = pixelHead(encoder);
  const network = assemble(description, encoder, decoder, asTheyAre, classes);
  const maps = encoder.channels.map((channels, at): MapLayout => ({ channels, stride: encoder.strides[at]! }));
  const layout = { maps: [...maps, { ...maps[maps.length - 1]!, stride: null }], input: description.input };
  return {
    ...network,
    inputs: featureSize(layout),
    layout,
    maps(lookup, x) {
      const maps = encoder.maps({ lookup, mode: { kind: 'infer' } }, x);
      return [...maps, tf.mean<tf.Tensor4D>(maps[maps.length - 1]!, [1, 2], true)];
    },
    classify(lookup, maps) {
      const pass = { lookup, mode: { kind: 'infer' } } as const;
      // The head takes the mean by itself.
      return classifier(decoder.channels, classes).apply(pass, decoder.decode(pass, maps.slice(0, -1)));
    },
  };
}

function encoderOf({ architecture }: BackboneDescription, outputStride: OutputStride): Encoder {
  switch (architecture.kind) {
    case 'efficientnet-lite':
      return efficientNetLite(architecture, outputStride);
    case 'resnet':
      return resNet(architecture, outputStride);
    case 'vision-transformer':
      return visionTransformer(architecture);
  }
}

/** The embedding of a pixel head, which is fitted without a projector, is its hidden layer. */
const asTheyAre = (channels: number): Projector => ({ specs: [], channels, apply: (_pass, features) => features });

function assemble(
  { statisticsMomentum }: BackboneDescription,
  encoder: Encoder,
  decoder: Decoder,
  projectorOf: (channels: number) => Projector,
  classes: number,
): Network {
  const classify = classifier(decoder.channels, classes);
  const project = projectorOf(decoder.channels);
  return {
    specs: [encoder, decoder, classify, project].flatMap(({ specs }) => specs),
    batchNormMomentum: (layer) => (layer.startsWith('backbone.') ? statisticsMomentum : null) ?? BATCH_NORM_MOMENTUM,
    stride: decoder.stride,
    embedding: project.channels,
    classes,
    forward(lookup, x, mode) {
      const pass = { lookup, mode };
      const features = decoder.decode(pass, encoder.maps(pass, x));
      return { logits: classify.apply(pass, classified(mode, features)), embedding: project.apply(pass, features) };
    },
  };
}
