import type { Backbone } from '@shared/settings';
import type { BackboneDescription } from './description';
import { dinov2Base } from './dinov2-base';
import { dinov2Small } from './dinov2-small';
import { efficientNetLite0 } from './efficientnet-lite0';
import { efficientNetLite1 } from './efficientnet-lite1';
import { efficientNetLite2 } from './efficientnet-lite2';
import { resNet18 } from './resnet18';
import { resNet50 } from './resnet50';
import { resNet101 } from './resnet101';

/** The backbones by name. */
export const BACKBONE_DESCRIPTIONS: Readonly<Record<Backbone, BackboneDescription>> = {
  'efficientnet-lite0': efficientNetLite0,
  'efficientnet-lite1': efficientNetLite1,
  'efficientnet-lite2': efficientNetLite2,
  resnet18: resNet18,
  resnet50: resNet50,
  resnet101: resNet101,
  'dinov2-small': dinov2Small,
  'dinov2-base': dinov2Base,
};
