import { type BackboneDescription, dinov2, IMAGENET, TOKENS_INPUT } from './description';

/** DINOv2 ViT-S/14 without registers (Oquab et al. 2024; Meta AI, Apache-2.0), 22 million weights. */
export const dinov2Small: BackboneDescription = {
  architecture: { kind: 'vision-transformer', width: 384, depth: 12, heads: 6, patch: 14, grid: 37, blocks: [2, 5, 8, 11] },
  normalisation: IMAGENET,
  input: TOKENS_INPUT,
  statisticsMomentum: null,
  decoder: null,
  bytesPerPixel: 1000,
  published: 82.0,
  weights: dinov2('vits14', 88_283_115, 'b938bf1bc15cd2ec0feacfe3a1bb553fe8ea9ca46a7e1d8d00217f29aef60cd9'),
};
