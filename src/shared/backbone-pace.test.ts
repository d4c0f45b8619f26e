import { expect, it } from 'vitest';
import { type BackbonePace, paceAdvice, suitedBackbone } from './backbone-pace';

const paces = (small: number, base: number): BackbonePace[] => [
  { backbone: 'efficientnet-lite0', seconds: 0.05, published: null },
  { backbone: 'resnet101', seconds: 1, published: 75.2 },
  { backbone: 'dinov2-small', seconds: small, published: 82 },
  { backbone: 'dinov2-base', seconds: base, published: 84.8 },
];

it('takes the best backbone that does not take too long here, and the embedded one where all do', () => {
  expect(suitedBackbone(paces(0.2, 0.7))).toBe('dinov2-base');
  expect(suitedBackbone(paces(1.1, 4))).toBe('dinov2-small');
  expect(suitedBackbone(paces(5, 20))).toBe('resnet101');
  expect(suitedBackbone(paces(5, 20).filter(({ backbone }) => backbone !== 'resnet101'))).toBe('efficientnet-lite0');
});

it('says what a better one would bring and take, by measured times and published figures', () => {
  const source = 'Published figures: PASCAL VOC from 92 labelled images, in UniMatch.';
  expect(paceAdvice(paces(1.13, 4.2))).toBe(
    'dinov2-small suits this computer: 1.1 s for an image of 448 × 448, published mIoU 82.0 %. ' +
      `dinov2-base would take 4.2 s, published mIoU 84.8 %. ${source}`,
  );
  expect(paceAdvice(paces(9, 30).filter(({ backbone }) => backbone !== 'resnet101'))).toBe(
    'efficientnet-lite0 suits this computer: 0.05 s for an image of 448 × 448. dinov2-small would take 9.0 s, published mIoU 82.0 %. ' +
      `dinov2-base would take 30.0 s, published mIoU 84.8 %. ${source}`,
  );
});
