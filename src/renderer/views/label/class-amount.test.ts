import { expect, it } from 'vitest';
import { amountText, shortAmount } from './class-amount';

it.each([
  [
    1200,
    { images: 3, pixels: 51_234 },
    'cell: 1,200 pixels of this image; 51,234 pixels in 3 images of the project',
    '1.2K px here · 3 images',
  ],
  [1, { images: 1, pixels: 1 }, 'cell: 1 pixel of this image; 1 pixel in 1 image of the project', '1 px here · 1 image'],
  [0, { images: 2, pixels: 9 }, 'cell: 0 pixels of this image; 9 pixels in 2 images of the project', '0 px here · 2 images'],
  [0, { images: 0, pixels: 0 }, 'cell: 0 pixels of this image; 0 pixels in 0 images of the project', 'in no image yet'],
])('says how much of a class this image has, and the project: %d of %o', (pixels, total, whole, short) => {
  expect(amountText({ name: 'cell', pixels, total })).toBe(whole);
  expect(shortAmount({ pixels, total })).toBe(short);
});
