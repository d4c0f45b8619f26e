import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** For tests: pictures that say how they are to be turned, in every container that can, and in both ways of storing it. */
export const CONTAINERS = ['jpeg', 'png', 'webp', 'tiff'] as const;
export type Container = (typeof CONTAINERS)[number];

const [SHORT, LONG] = [3, 4] as const;
export const STORED_AS = { SHORT, LONG } as const;

/** A file of the given pixels with an EXIF orientation from 1 to 8. Lossless but for JPEG. */
export async function orientedFile(picture: Sharp, container: Container, orientation: number, as: keyof typeof STORED_AS): Promise<Buffer> {
  const options = { quality: 100, chromaSubsampling: '4:4:4', lossless: container === 'webp', compression: 'none' };
  const file = await picture.withMetadata({ orientation }).toFormat(container, options).toBuffer();
  // Tag 0x0112, type SHORT, one of it, little-endian.
  const at = file.indexOf(Buffer.of(0x12, 0x01, SHORT, 0, 1, 0, 0, 0, orientation, 0));
  if (at < 0) throw new Error(`the ${container} has no orientation`);
  file[at + 2] = STORED_AS[as];
  if (container === 'png') signChunk(file, 'eXIf');
  return file;
}

/** Turns pixels, 3 bytes each, as an orientation says: what the first row and first column of the file are in the upright picture. */
export function upright(
  data: Uint8Array,
  width: number,
  height: number,
  orientation: number,
): { width: number; height: number; data: Uint8Array } {
  const across = orientation > 4;
  const [w, h] = across ? [height, width] : [width, height];
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [mirroredX, mirroredY] = [w - 1 - x, h - 1 - y];
      const from = [
        [x, y],
        [mirroredX, y],
        [mirroredX, mirroredY],
        [x, mirroredY],
        [y, x],
        [y, mirroredX],
        [mirroredY, mirroredX],
        [mirroredY, x],
      ][orientation - 1]!;
      const at = (from[1]! * width + from[0]!) * 3;
      turned.set(data.subarray(at, at + 3), (y * w + x) * 3);
    }
  }
  return { width: w, height: h, data: turned };
}

/** The pixels as a file stores them, before any turning. */
export async function storedPixels(file: Buffer): Promise<Uint8Array> {
  return sharp(file).raw().toBuffer();
}

function signChunk(png: Buffer, type: string): void {
  const at = png.indexOf(type, 0, 'latin1');
  const end = at + 4 + png.readUInt32BE(at - 4);
  png.writeUInt32BE(crc32(png.subarray(at, end)), end);
}
