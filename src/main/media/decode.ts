import { readFile } from 'node:fs/promises';
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import type { SampleRange } from '@shared/picture';
import { decodeBmp } from './bmp';
import { measureSamples, windowTo8Bit, type SampleExtent } from './contrast';
import { readable } from './failure';
import { inspect, type ImageHeader, type Inspected } from './header';
import { decodeMemory, PIXEL_LIMIT } from './memory';
import { readNumbers } from './numbers';
import { checkSamples } from './tiff/samples';

export type { ImageHeader } from './header';

// libvips remembers decoded files by name, and would show an old picture after its file changed.
sharp.cache(false);

/** Upright sRGB pixels, 3 bytes each, row-major. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * Reads what a picture is without decoding it.
 * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE, IMAGE_MEMORY
 */
export async function readHeader(file: string): Promise<ImageHeader> {
  return (await inspect(file)).header;
}

/**
 * Reads the header and decodes the file, so that a file which passes can be decoded later.
 * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE, IMAGE_MEMORY
 */
export async function verifyImage(file: string): Promise<ImageHeader> {
  const found = await inspect(file);
  await decodeMemory.use(file, found.held, () => readable(file, () => decodeSmall(file, found), found.failure));
  return found.header;
}

/**
 * Hands over a pipeline that yields the picture upright, sRGB, 8 bits, three channels, alpha over white; ready to be resized or encoded.
 * More than 8 bits pass through a contrast window: `range`, or one that fits the picture. The picture's memory is lent until `use` ends.
 * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE, IMAGE_MEMORY
 */
export async function withRgb<T>(file: string, use: (picture: Sharp) => Promise<T>, range: SampleRange | null = null): Promise<T> {
  const found = await inspect(file);
  const decode = async (): Promise<T> => use(await pictureOf(file, found, range));
  return decodeMemory.use(file, found.held + found.pixels, () => readable(file, decode, found.failure));
}

/**
 * Decodes a picture: upright sRGB, 8 bits.
 * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE, IMAGE_MEMORY
 */
export async function decodeRgb(file: string): Promise<RgbImage> {
  const { data, info } = await withRgb(file, (picture) => picture.raw().toBuffer({ resolveWithObject: true }));
  return { width: info.width, height: info.height, data };
}

/**
 * What the samples of a picture of more than 8 bits hold; null for other pictures and where all samples are equal.
 * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE, IMAGE_MEMORY
 */
export async function sampleExtent(file: string): Promise<SampleExtent | null> {
  const found = await inspect(file);
  if (!found.header.windowed) return null;
  const measure = async (): Promise<SampleExtent | null> => {
    const { samples, noData } = await readNumbers(file, found);
    return measureSamples(samples, noData);
  };
  return decodeMemory.use(file, found.held + found.pixels, () => readable(file, measure, found.failure));
}

/** libvips as it reads every file. */
function source(file: string, options: SharpOptions = {}): Sharp {
  return sharp(file, { failOn: 'error', limitInputPixels: PIXEL_LIMIT, limitInputChannels: false, ...options });
}

/** By how much a picture is shrunk when it is decoded only to see whether it can be. */
const SHRINK = 10;

/**
 * Decodes a file keeping next to nothing, and fails if and only if decoding it to its last pixel would.
 * A JPEG of one scan that ends as it should needs its first row only, which takes all its tables: in what follows libjpeg stops at a marker
 * and never fails before the end of the file. Other JPEGs that end so are shrunk while they are decoded, which leaves most of the arithmetic
 * out, but may leave out the last rows too. Of everything else each row is asked for.
 */
async function decodeSmall(file: string, { header, tiff, frame, ends }: Inspected): Promise<void> {
  if (header.format === 'bmp') return; // That its pixels are there, its header says.
  if (tiff?.plan.as === 'samples') return checkSamples(file, tiff.layout, tiff.plan.bands);
  const [width, height] = header.orientation > 4 ? [header.height, header.width] : [header.width, header.height];
  const rows = header.format === 'jpeg' && ends ? Math.ceil(height / SHRINK) : height;
  const stored = source(file, { ignoreIcc: true });
  const small =
    ends && frame?.oneScan
      ? stored.extract({ left: 0, top: 0, width, height: 1 })
      : stored.resize(Math.ceil(width / SHRINK), rows, { fit: 'fill' });
  await small.raw().toBuffer();
}

async function pictureOf(file: string, found: Inspected, range: SampleRange | null): Promise<Sharp> {
  const { header, tiff } = found;
  if (header.format === 'bmp') {
    const { data, width, height } = decodeBmp(await readFile(file));
    return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: PIXEL_LIMIT });
  }
  if (header.windowed || tiff?.plan.as === 'samples') return numbersAsPicture(file, found, range);
  const upright = source(file).autoOrient();
  // Samples that nothing gives a meaning would pass for transparency.
  const opaque = tiff && tiff.plan.alpha === null ? upright.removeAlpha() : upright.flatten({ background: '#fff' });
  return opaque.toColourspace('srgb');
}

async function numbersAsPicture(file: string, found: Inspected, range: SampleRange | null): Promise<Sharp> {
  const { samples, raw, orientation, inverted, noData } = await readNumbers(file, found);
  const bytes = samples instanceof Uint8Array ? samples : windowTo8Bit(samples, range, noData);
  if (inverted) for (let i = 0; i < bytes.length; i++) bytes[i] = 255 - bytes[i]!;
  const picture = sharp(bytes, { raw, limitInputPixels: PIXEL_LIMIT });
  return turned(picture, orientation).toColourspace('srgb');
}

/** As EXIF's orientations ask: mirrored left to right first, then turned clockwise. */
function turned(picture: Sharp, orientation: number): Sharp {
  switch (orientation) {
    case 2:
      return picture.flop();
    case 3:
      return picture.rotate(180);
    case 4:
      return picture.flip();
    case 5:
      return picture.flop().rotate(270);
    case 6:
      return picture.rotate(90);
    case 7:
      return picture.flop().rotate(90);
    case 8:
      return picture.rotate(270);
    default:
      return picture;
  }
}
