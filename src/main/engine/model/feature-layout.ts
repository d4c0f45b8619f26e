import type { BackboneInput } from './backbones/description';

/** A map that features of pixels are read from. */
export interface MapLayout {
  readonly channels: number;
  /** Pixels of the image that a cell is wide and high; null: one cell is all of it. */
  readonly stride: number | null;
}

/** What a frozen backbone looks at and makes of it: all that has to be known to keep its maps and read from them. */
export interface FeatureLayout {
  readonly maps: readonly MapLayout[];
  readonly input: BackboneInput;
}

/** Height and width of a map of an image of this height and width. */
export function mapSize([height, width]: readonly [number, number], { stride }: MapLayout): [number, number] {
  return stride === null ? [1, 1] : [Math.ceil(height / stride), Math.ceil(width / stride)];
}

/** Numbers in a pixel's features: all channels of the maps. */
export function featureSize({ maps }: Pick<FeatureLayout, 'maps'>): number {
  return maps.reduce((sum, { channels }) => sum + channels, 0);
}
