import sharp from 'sharp';
import { readable, UnreadableError } from './failure';
import { checkPixels, decodeMemory, PIXEL_LIMIT } from './memory';

export interface Colours {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel, as the file has them: no profile is applied, transparency is dropped. */
  readonly data: Uint8Array;
}

/** The size that a picture says it has, before anything of it is decoded. @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE */
export async function readSize(file: string): Promise<{ readonly width: number; readonly height: number }> {
  const { width, height } = await readable(file, () => sharp(file, { limitInputPixels: false }).metadata());
  checkPixels(file, width, height);
  return { width, height };
}

/**
 * Reads a picture whose colours stand for something: PNG of any kind, 8 bits.
 * @throws EspalierError IMAGE_UNREADABLE with the reason, IMAGE_TOO_LARGE, IMAGE_MEMORY
 */
export async function readColours(file: string): Promise<Colours> {
  const { width, height } = await readSize(file);
  return decodeMemory.use(file, 8 * width * height, () =>
    readable(file, async () => {
      const picture = sharp(file, { failOn: 'error', limitInputPixels: PIXEL_LIMIT });
      const { data, info } = await picture
        .removeAlpha()
        .toColourspace('srgb')
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true });
      if (info.channels !== 3) throw new UnreadableError(`it has ${info.channels} channels`);
      return { width: info.width, height: info.height, data };
    }),
  );
}
