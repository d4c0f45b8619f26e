import type { Backbone as BackboneName } from '@shared/settings';
import type { Backbone } from './backbone';
import { DECODERS, type DecoderSize, deepLabDecoder } from './decoder';
import { efficientNetLite0 } from './efficientnet-lite0';
import { classifier, EMBEDDING_SIZE, projector } from './heads';
import type { Network } from './network';
import { resNet } from './resnet';

interface Recipe {
  readonly backbone: () => Backbone;
  readonly decoder: DecoderSize;
  /** Momentum of the backbone's running statistics, as it was pretrained. */
  readonly backboneMomentum: number;
}

const RECIPES: Readonly<Record<BackboneName, Recipe>> = {
  'efficientnet-lite0': { backbone: () => efficientNetLite0(), decoder: DECODERS.small, backboneMomentum: 0.01 },
  resnet18: { backbone: () => resNet('resnet18'), decoder: DECODERS.small, backboneMomentum: 0.1 },
  resnet50: { backbone: () => resNet('resnet50'), decoder: DECODERS.paper, backboneMomentum: 0.1 },
  resnet101: { backbone: () => resNet('resnet101'), decoder: DECODERS.paper, backboneMomentum: 0.1 },
};

const MOMENTUM = 0.1;
/** The decoder works at the resolution of the low features. */
const STRIDE = 4;

/**
 * The segmentation network of a backbone: DeepLabV3+ at output stride 16 with PGCL's two heads, both at 1/4 of the image.
 * @param classes K, 1…254
 */
export function createNetwork(name: BackboneName, classes: number): Network {
  const recipe = RECIPES[name];
  const backbone = recipe.backbone();
  const decoder = deepLabDecoder(recipe.decoder, backbone.lowChannels, backbone.highChannels);
  const classify = classifier(recipe.decoder.channels, classes);
  const project = projector(recipe.decoder.channels);
  return {
    specs: [backbone, decoder, classify, project].flatMap(({ specs }) => specs),
    batchNormMomentum: (layer) => (layer.startsWith('backbone.') ? recipe.backboneMomentum : MOMENTUM),
    stride: STRIDE,
    embedding: EMBEDDING_SIZE,
    classes,
    forward(lookup, x, mode) {
      const pass = { lookup, mode };
      const features = decoder.decode(pass, backbone.features(pass, x));
      return { logits: classify.apply(pass, features), embedding: project.apply(pass, features) };
    },
  };
}
