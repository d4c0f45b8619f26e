import sharp from 'sharp';
import type { ImageView } from '@shared/best-masks';
import type { RgbImage } from '../../media/decode';

/** Scales that images may be looked at in, smallest first: each takes twice the pixels of the one before. */
const SCALES = [0.35, 0.5, 0.7, 1, 1.4, 2] as const;
const OWN = SCALES.indexOf(1);
/** Megapixels of the largest view that is worth its time, unless an image itself is larger. */
const LARGEST_VIEW = 2.5;

/** Views of each labelled image at and around a scale, the most telling first. */
export function viewsAround(scale: number): ImageView[] {
  return [
    { mirrored: false, scale },
    { mirrored: true, scale },
    { mirrored: false, scale: 0.7 * scale },
    { mirrored: true, scale: 1.4 * scale },
  ];
}

/** Views that scales are compared in, the most telling first, and the scales that may be chosen. */
export interface ScaleChoice {
  readonly views: readonly ImageView[];
  readonly scales: readonly number[];
}

/**
 * What to look at where the scale is still to be chosen: four scales, up to twice the size of small images, and down to 0.35 of large ones.
 * Where images must not be enlarged that far, most views are of the largest scale that may be, and one is larger still.
 * @param images of the run
 * @param largestView of the image of median size, megapixels, unless that is larger itself
 */
export function scaleChoice(images: readonly { readonly width: number; readonly height: number }[], largestView: number): ScaleChoice {
  const sizes = images.map(({ width, height }) => width * height).sort((a, b) => a - b);
  const middle = sizes[sizes.length >> 1] ?? 1;
  const topWithin = (megapixels: number): number => {
    let top = SCALES.length - 1;
    while (top > OWN && middle * SCALES[top]! ** 2 > megapixels * 1e6) top--;
    return top;
  };
  const [worth, top] = [topWithin(LARGEST_VIEW), topWithin(largestView)];
  const down = (first: number): [number, number, number, number] => [
    SCALES[first]!,
    SCALES[first - 1]!,
    SCALES[first - 2]!,
    SCALES[first - 3]!,
  ];
  const seen = (scale: number): ImageView => ({ mirrored: false, scale });
  const mirrored = (scale: number): ImageView => ({ mirrored: true, scale });
  if (top < worth) {
    const [larger, largest, medium, small] = down(top + 1);
    const views = [seen(largest), mirrored(largest), seen(medium), mirrored(larger), seen(small)];
    return { views, scales: [largest, medium, small] };
  }
  const [largest, large, medium, small] = down(worth);
  const views = [seen(medium), mirrored(large), seen(largest), seen(small), mirrored(medium)];
  return { views, scales: [largest, large, medium, small] };
}

/** Views of each unlabelled image where images are looked at in this scale: a teacher that sees two of them knows more. */
export function unlabelledViews(scale: number): ImageView[] {
  return [
    { mirrored: false, scale },
    { mirrored: false, scale: 0.7 * scale },
  ];
}

/** Height and width of the view of an image of this size. */
export function viewSize(
  { width, height }: { readonly width: number; readonly height: number },
  { scale }: ImageView,
): { width: number; height: number } {
  const side = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
  return { width: side(width), height: side(height) };
}

/** The view of an image. */
export async function viewOf(image: RgbImage, view: ImageView): Promise<RgbImage> {
  const { width, height } = viewSize(image, view);
  if (!view.mirrored && width === image.width && height === image.height) return image;
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  const picture = sharp(image.data, { raw, limitInputPixels: false })
    .flop(view.mirrored)
    .resize(width, height, { fit: 'fill', kernel: 'linear' });
  return { ...image, width, height, data: await picture.raw().toBuffer() };
}

/** Where a pixel of the image lies in its view, as a row and a column with fractions. */
export function placeIn(
  view: ImageView,
  image: { readonly width: number; readonly height: number },
  place: number,
): { row: number; column: number } {
  const size = viewSize(image, view);
  const [y, x] = [Math.floor(place / image.width), place % image.width];
  const column = view.mirrored ? image.width - 1 - x : x;
  return { row: ((y + 0.5) * size.height) / image.height - 0.5, column: ((column + 0.5) * size.width) / image.width - 0.5 };
}
