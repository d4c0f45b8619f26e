import { type BackboneDescription, dinov2, IMAGENET, TOKENS_INPUT } from './description';

/** DINOv2 ViT-B/14 without registers (Oquab et al. 2024; Meta AI, Apache-2.0), 86 million weights. */
export const dinov2Base: BackboneDescription = {
  architecture: { kind: 'vision-transformer', width: 768, depth: 12, heads: 12, patch: 14, grid: 37, blocks: [2, 5, 8, 11] },
  normalisation: IMAGENET,
  input: TOKENS_INPUT,
  statisticsMomentum: null,
  decoder: null,
  bytesPerPixel: 2000,
  published: 84.8,
  weights: dinov2('vitb14', 346_378_731, '0b8b82f85de91b424aded121c7e1dcc2b7bc6d0adeea651bf73a13307fad8c73'),
};
