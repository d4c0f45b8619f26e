/** How much wider and deeper than EfficientNet-Lite0 a network is; stem, first and last stage keep their size. */
export interface EfficientNetLiteSize {
  readonly width: number;
  readonly depth: number;
}

export interface ResNetSize {
  /** Blocks of each of the four stages. */
  readonly depths: readonly [number, number, number, number];
  readonly bottleneck: boolean;
}

/** A network of layers that are alike, on patches of an image. */
export interface VisionTransformerSize {
  /** Numbers of a token, and layers. */
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  /** Side of a patch, pixels. */
  readonly patch: number;
  /** Patches along a side of the images that the positions were learnt on. */
  readonly grid: number;
  /** The layers, from 0, whose patches are the maps. */
  readonly blocks: readonly number[];
}

/** How pixel values become network input, per channel R, G, B: (value − mean) / deviation, value in 0…255. */
export interface Normalisation {
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/** Mean and deviation of ImageNet's pixels, as torchvision's weights expect. */
export const IMAGENET: Normalisation = {
  mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
  deviation: [0.229 * 255, 0.224 * 255, 0.225 * 255],
};

/** How images are given to a backbone. */
export interface BackboneInput {
  /** Height and width are multiples of this. */
  readonly multiple: number;
  /** Larger images are looked at window by window. */
  readonly mostPixels: number;
  /** Images looked at together. */
  readonly atOnce: number;
}

/** Two images at once, since the convolutions of a single one keep oneDNN busy three times as long an image. */
export const CONVOLUTIONAL_INPUT: BackboneInput = { multiple: 16, mostPixels: 2 ** 20, atOnce: 2 };

/** One image at once, which is enough work, in windows of 2,700 tokens: each looks at every other. */
export const TOKENS_INPUT: BackboneInput = { multiple: 14, mostPixels: 2 ** 19, atOnce: 1 };

/** A file of pretrained weights that its authors publish. */
export interface PublishedWeights {
  readonly url: string;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  /** To show before a download; its real size comes with it. */
  readonly bytes: number;
  readonly source: string;
  readonly licence: string;
}

/** All that is known of a backbone, as plain data: one file for each, and nowhere else. */
export interface BackboneDescription {
  readonly architecture:
    | ({ readonly kind: 'efficientnet-lite' } & EfficientNetLiteSize)
    | ({ readonly kind: 'resnet' } & ResNetSize)
    | ({ readonly kind: 'vision-transformer' } & VisionTransformerSize);
  readonly normalisation: Normalisation;
  readonly input: BackboneInput;
  /** Momentum of the running statistics, as it was pretrained; null without batch normalisation. */
  readonly statisticsMomentum: number | null;
  /** Which DeepLabV3+ decoder goes with it; null where all maps have one stride. */
  readonly decoder: 'small' | 'paper' | null;
  /** Bytes that a training step holds at least for each pixel of a batch, labelled or not: about two thirds of what was measured. */
  readonly bytesPerPixel: number;
  /**
   * Test mIoU in percent on PASCAL VOC from 92 labelled images and the others without labels, as the authors of UniMatch publish it (V2 with
   * the backbone as it is, V1 trained with it); null: nobody has.
   */
  readonly published: number | null;
  /** `set-up`: set-up provides them. `import`: from a file of the user's. */
  readonly weights: PublishedWeights | 'set-up' | 'import';
}

/** Where the Hugging Face Hub is, or a mirror of it: the variable that its own tools read. */
const hub = process.env.HF_ENDPOINT ?? 'https://huggingface.co';

/**
 * A model of timm on the Hub at a revision; the SHA-256 is that of its page, huggingface.co/timm/NAME/blob/REVISION/model.safetensors.
 */
export function timm(name: string, revision: string, bytes: number, sha256: string): PublishedWeights {
  const url = `${hub}/timm/${name}/resolve/${revision}/model.safetensors`;
  return { url, sha256, bytes, source: `timm ${name}`, licence: 'BSD-3-Clause' };
}

/** A network of DINOv2 as its authors publish it. */
export function dinov2(name: string, bytes: number, sha256: string): PublishedWeights {
  const url = `https://dl.fbaipublicfiles.com/dinov2/dinov2_${name}/dinov2_${name}_pretrain.pth`;
  return { url, sha256, bytes, source: `facebookresearch dinov2_${name}`, licence: 'Apache-2.0' };
}
