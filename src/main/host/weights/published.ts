import type { Backbone } from '@shared/settings';

/** A file of ImageNet weights that its authors publish. */
export interface Published {
  readonly url: string;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  /** To show before a download; its real size comes with it. */
  readonly bytes: number;
  readonly source: string;
  readonly licence: string;
}

/** Where the Hugging Face Hub is, or a mirror of it: the variable that its own tools read. */
const hub = process.env.HF_ENDPOINT ?? 'https://huggingface.co';

/** A model of timm on the Hub at a revision, whose page names the SHA-256 of the file. */
function timm(name: string, revision: string, bytes: number, sha256: string): Published {
  const url = `${hub}/timm/${name}/resolve/${revision}/model.safetensors`;
  return { url, sha256, bytes, source: `timm ${name}`, licence: 'BSD-3-Clause' };
}

/**
 * The pretrained weights of each backbone; null: set-up provides them.
 * All are torchvision's first ImageNet weights. ResNet-18 and -50: the SHA-256 is that of huggingface.co/timm/NAME/blob/REVISION/model.safetensors.
 * ResNet-101: torchvision's own file, whose name carries the first eight digits of its SHA-256; it is converted when it is installed.
 */
export const PUBLISHED: Readonly<Record<Backbone, Published | null>> = {
  'efficientnet-lite0': null,
  resnet18: timm(
    'resnet18.tv_in1k',
    'a987fd6b60f845221bfff84b6f0191273ba56ead',
    46_807_446,
    '694f673df6520a3158624e8a89af086f59923ee4cd7436fe5bc3bc71d295ad81',
  ),
  resnet50: timm(
    'resnet50.tv_in1k',
    'aa6c2d36d56bc0209040c02b5a7b7d7bf11d57b8',
    102_469_840,
    '5d061a3c593d795bfe682d9b152bafbcf550579873492def3515b46db1189888',
  ),
  resnet101: {
    url: 'https://download.pytorch.org/models/resnet101-63fe2227.pth',
    sha256: '63fe2227b86e8f1f2063f43a75c84d195911b6a0eace650907dd3dc62dd49a0a',
    bytes: 179_000_000,
    source: 'torchvision resnet101',
    licence: 'BSD-3-Clause',
  },
};
