import { readBitmap } from '@shared/bitmap';
import { EspalierError } from '@shared/errors';

/** A picture or tile, pixel by pixel as the library sends it: nothing is decoded here. @throws EspalierError IMAGE_UNREADABLE */
export async function fetchBitmap(url: string, name: string): Promise<ImageBitmap> {
  try {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(await answer.text());
    const { width, height, data } = readBitmap(await answer.arrayBuffer());
    return await createImageBitmap(new ImageData(data, width, height));
  } catch (cause) {
    throw new EspalierError('IMAGE_UNREADABLE', { name, reason: 'it could not be decoded' }, { cause });
  }
}

/** The colours of a bitmap, RGBA row-major. */
export function colorsOf(bitmap: ImageBitmap): Uint8ClampedArray {
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('this browser gives no 2D canvas');
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
}
