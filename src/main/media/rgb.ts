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

/**
 * The numbers of a grey PNG of 8 or 16 bits, one for each pixel.
 * @throws EspalierError IMAGE_UNREADABLE with the reason, IMAGE_TOO_LARGE, IMAGE_MEMORY
 */
export async function readNumbers16(file: string): Promise<{ width: number; height: number; data: Uint16Array }> {
  const { width, height } = await readSize(file);
  return decodeMemory.use(file, 8 * width * height, () =>
    readable(file, async () => {
      const picture = sharp(file, { failOn: 'error', limitInputPixels: PIXEL_LIMIT });
      const { channels, depth } = await picture.metadata();
      if (channels !== 1) throw new UnreadableError('it is a colour picture');
      const bytes = await picture
        .toColourspace(depth === 'ushort' ? 'grey16' : 'b-w')
        .raw({ depth: 'ushort' })
        .toBuffer();
      const data = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
      if (data.length !== width * height) throw new UnreadableError('its content is damaged');
      return { width, height, data };
    }),
  );
}

/**
 * Which pixels of a small picture inside another file are not black.
 * @throws EspalierError IMAGE_UNREADABLE, also when it does not have the size that is said
 */
export async function decodeBits(bytes: Uint8Array, name: string, width: number, height: number): Promise<Uint8Array> {
  return readable(name, async () => {
    const picture = sharp(bytes, { failOn: 'error', limitInputPixels: PIXEL_LIMIT });
    const found = await picture.metadata();
    if (found.width !== width || found.height !== height) throw new UnreadableError('its mask does not have the size of its box');
    return new Uint8Array(await picture.removeAlpha().toColourspace('b-w').raw({ depth: 'uchar' }).toBuffer());
  });
}
