import { expect, it } from 'vitest';
import { colorOf, mapColors } from './colormap';
import { luminance } from './colors';
import { word } from './render';

it('the colours of a map grow lighter with the value, in even steps, so that no hue is needed to read them', () => {
  // Lightness L* of CIELAB.
  const lightness = Array.from({ length: 101 }, (_, i) => 116 * Math.cbrt(luminance(colorOf(i / 100))) - 16);
  const steps = lightness.slice(1).map((value, i) => value - lightness[i]!);
  expect(Math.min(...steps)).toBeGreaterThan(0);
  expect(Math.max(...steps)).toBeLessThan(2 * ((lightness[100]! - lightness[0]!) / 100));
  expect([colorOf(-1), colorOf(0), colorOf(1), colorOf(2)]).toEqual(['#440154', '#440154', '#fde725', '#fde725']);
});

it('stored bytes have the colour of their value', () => {
  const colors = mapColors((bytes) => (bytes >> 8) / 255, 0.5);
  expect([colors[0], colors[255], colors[255 << 8]]).toEqual([word('#440154', 0.5), word('#440154', 0.5), word('#fde725', 0.5)]);
});
