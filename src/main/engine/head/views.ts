import sharp from 'sharp';
import type { RgbImage } from '../../media/decode';

/** Another look at an image: mirrored or not, and larger or smaller. */
export interface View {
  readonly mirrored: boolean;
  /** Side of the view over that of the image. */
  readonly scale: number;
}

export const AS_IT_IS: View = { mirrored: false, scale: 1 };

/** Views of each labelled image; an unlabelled one is seen in the first alone. */
export const LABELLED_VIEWS: readonly View[] = [
  AS_IT_IS,
  { mirrored: true, scale: 1 },
  { mirrored: false, scale: 0.7 },
  { mirrored: true, scale: 1.4 },
];

/** Whether a view, by its number, shows an image at its own size: as it is predicted. */
export const isOwnSize = (view: number): boolean => LABELLED_VIEWS[view]!.scale === 1;

/** Height and width of the view of an image of this size. */
export function viewSize(
  { width, height }: { readonly width: number; readonly height: number },
  { scale }: View,
): { width: number; height: number } {
  const side = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
  return { width: side(width), height: side(height) };
}

/** The view of an image. */
export async function viewOf(image: RgbImage, view: View): Promise<RgbImage> {
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
  view: View,
  image: { readonly width: number; readonly height: number },
  place: number,
): { row: number; column: number } {
  const size = viewSize(image, view);
  const [y, x] = [Math.floor(place / image.width), place % image.width];
  const column = view.mirrored ? image.width - 1 - x : x;
  return { row: ((y + 0.5) * size.height) / image.height - 0.5, column: ((column + 0.5) * size.width) / image.width - 0.5 };
}
