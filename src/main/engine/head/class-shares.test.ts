import { expect, it } from 'vitest';
import { vanishedText } from './class-shares';

it('names the classes that labels have and pseudo-labels hardly do, with both shares', () => {
  expect(vanishedText(['soil', 'weed', 'crop'], [0.9, 0.02, 0.08], [0.95, 0.0015, 0.0485])).toBe(
    'Hardly found in the unlabelled images: weed (2.0 % of labelled pixels, 0.15 % of the others). If that is not so, label such places in a few more images.',
  );
  expect(vanishedText(['soil', 'weed'], [0.9, 0.1], [0.98, 0.02])).toBeNull();
  expect(vanishedText(['soil', 'weed'], [1, 0], [1, 0])).toBeNull();
});
