import { describe, expect, it } from 'vitest';
import { channelMatrix, filterOf, lookFrom, PLAIN } from './look';

describe('the look of the picture', () => {
  it('costs no filter while it is plain', () => {
    expect(filterOf(PLAIN)).toBe('');
  });

  it('names each change once, the channel first', () => {
    expect(filterOf({ ...PLAIN, invert: true, gamma: 2, channel: 'red' })).toBe('url(#picture-channel) url(#picture-gamma) invert(1)');
    expect(filterOf({ ...PLAIN, brightness: 1.5, contrast: 0.5 })).toBe('brightness(1.5) contrast(0.5)');
  });

  it('shows a channel in grey, and luminance with weights that sum to 1', () => {
    expect(channelMatrix('green')).toBe('0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 0 0 1 0');
    const weights = channelMatrix('luminance').split(' ').map(Number);
    expect(weights[0]! + weights[1]! + weights[2]!).toBeCloseTo(1, 4);
  });
});

describe('the stored look', () => {
  it('is taken over when it is right; hidden labels are never', () => {
    expect(lookFrom({ opacity: 0.2, minimap: false, visible: false })).toMatchObject({ opacity: 0.2, minimap: false, visible: true });
    expect(lookFrom({ opacity: 7 })).toEqual(lookFrom(null));
    expect([lookFrom(null).review, lookFrom({ review: 'labels' }).review, lookFrom({ review: 'x' }).review]).toEqual([
      'prediction',
      'labels',
      'prediction',
    ]);
  });
});
