import { count } from '../../ui/format';

/** How much of a class there is. */
export interface ClassAmount {
  readonly name: string;
  /** Pixels of the class in the image shown. */
  readonly pixels: number;
  /** In the whole project. */
  readonly total: { readonly images: number; readonly pixels: number };
}

/** Whole, for tooltips and screen readers: "cell: 1,200 pixels of this image; 5,000 pixels in 3 images of the project". */
export function amountText({ name, pixels, total }: ClassAmount): string {
  return `${name}: ${count(pixels, 'pixel')} of this image; ${count(total.pixels, 'pixel')} in ${count(total.images, 'image')} of the project`;
}

/** Short, for a row: "1.2K px here · 3 images". */
export function shortAmount({ pixels, total }: Omit<ClassAmount, 'name'>): string {
  if (total.images === 0 && pixels === 0) return 'in no image yet';
  return `${pixels.toLocaleString('en', { notation: 'compact' })} px here · ${count(total.images, 'image')}`;
}
