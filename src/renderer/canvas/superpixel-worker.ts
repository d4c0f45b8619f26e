import type { ImagePixels } from '../editor/pixels';
import { slic } from '../editor/superpixels/slic';
import { indexRegions, type Superpixels } from '../editor/superpixels/superpixels';

export interface SuperpixelRequest {
  readonly pixels: ImagePixels;
  readonly step: number;
}

self.onmessage = ({ data: { pixels, step } }: MessageEvent<SuperpixelRequest>): void => {
  const { regions, count } = slic(pixels, step);
  const made: Superpixels = { ...indexRegions(regions, pixels.width, pixels.height, count), origin: pixels.origin };
  self.postMessage(made, { transfer: [made.regions.buffer, made.spans.buffer, made.offsets.buffer] });
};
