import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { EspalierError } from '@shared/errors';
import type { SampleRange } from '@shared/picture';
import { decodeBmp, readBmpHeader } from './bmp';
import { measureSamples, windowTo8Bit, type SampleExtent } from './contrast';
import { readEnds } from './files';
import { endsComplete, sniffFormat, type ImageFormat } from './format';

/** Images with more pixels are refused from their header, before anything is allocated. */
export const PIXEL_LIMIT = 500_000_000;

const TAIL_BYTES = 65536;

// libvips remembers decoded files by name, and would show an old picture after its file changed.
sharp.cache(false);

/** What a file's header says. Sizes are after EXIF orientation. */
export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
  /** Bits per sample. */
  readonly bitDepth: number;
  /** EXIF orientation, 1…8. */
  readonly orientation: number;
  readonly hasAlpha: boolean;
}

/** Upright sRGB pixels, 3 bytes each, row-major. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * Reads what a picture is without decoding it.
 * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE
 */
export async function readHeader(file: string): Promise<ImageHeader> {
  return (await inspect(file)).header;
}

/**
 * Reads the header and makes sure that the pixels are all there: cheaply from the end of the file where the format allows it,
 * else by decoding.
 * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE
 */
export async function verifyImage(file: string): Promise<ImageHeader> {
  const { header, complete } = await inspect(file);
  if (!complete) await readable(file, () => source(file).stats());
  return header;
}

/**
 * A pipeline that yields the picture upright, sRGB, 8 bits, three channels, alpha over white; ready to be resized or encoded.
 * More than 8 bits pass through a contrast window: `range`, or one that fits the picture.
 * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE; failures while the pipeline runs are the caller's (see `readable`)
 */
export async function openRgb(file: string, range: SampleRange | null = null): Promise<Sharp> {
  const { header } = await inspect(file);
  if (header.format === 'bmp') {
    const { data, width, height } = await readable(file, async () => decodeBmp(await readFile(file)));
    return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: PIXEL_LIMIT });
  }
  if (header.bitDepth > 8) return openDeep(file, range);
  return source(file).autoOrient().flatten({ background: '#fff' }).toColourspace('srgb');
}

/**
 * Decodes a picture: upright sRGB, 8 bits.
 * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE
 */
export async function decodeRgb(file: string): Promise<RgbImage> {
  const pipeline = await openRgb(file);
  const { data, info } = await readable(file, () => pipeline.raw().toBuffer({ resolveWithObject: true }));
  return { width: info.width, height: info.height, data };
}

/**
 * What the samples of a picture of more than 8 bits hold; null for other pictures and where all samples are equal.
 * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE
 */
export async function sampleExtent(file: string): Promise<SampleExtent | null> {
  const { header } = await inspect(file);
  return header.bitDepth > 8 ? measureSamples((await readDeep(file)).samples) : null;
}

/** Runs something that decodes `file`, turning its failure into IMAGE_UNREADABLE. */
export async function readable<T>(file: string, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    if (error instanceof EspalierError) throw error;
    throw new EspalierError('IMAGE_UNREADABLE', { name: basename(file), reason: reasonOf(error) }, { cause: error });
  }
}

/** Why an image cannot be used, without its name: for the index and for lists. */
export function problemOf(error: unknown): string {
  if (!(error instanceof EspalierError)) return reasonOf(error);
  const { width, height, limit, reason } = error.params;
  if (error.code === 'IMAGE_TOO_LARGE') return `it is ${width} × ${height} pixels, more than the ${limit} megapixels allowed`;
  return typeof reason === 'string' ? reason : error.message;
}

function source(file: string): Sharp {
  return sharp(file, { failOn: 'error', limitInputPixels: PIXEL_LIMIT });
}

interface DeepImage {
  readonly samples: Uint16Array | Float32Array;
  readonly raw: { readonly width: number; readonly height: number; readonly channels: 1 | 2 | 3 | 4 };
}

/** Samples of 16 bits or floats, through the contrast window. */
async function openDeep(file: string, range: SampleRange | null): Promise<Sharp> {
  const { samples, raw } = await readDeep(file);
  return sharp(windowTo8Bit(samples, range), { raw, limitInputPixels: PIXEL_LIMIT }).toColourspace('srgb');
}

async function readDeep(file: string): Promise<DeepImage> {
  return readable(file, async () => {
    const { space = 'srgb', depth } = await sharp(file, { limitInputPixels: PIXEL_LIMIT }).metadata();
    const integers = depth === 'ushort';
    // Depths other than 16 bits have no fixed white: they must not pass through a colour conversion.
    const working = !integers ? space : space === 'grey16' || space === 'b-w' ? 'grey16' : 'rgb16';
    const upright = source(file).autoOrient().flatten({ background: '#fff' }).pipelineColourspace(working).toColourspace(working);
    const { data, info } = await upright.raw({ depth: integers ? 'ushort' : 'float' }).toBuffer({ resolveWithObject: true });
    return {
      samples: integers
        ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
        : new Float32Array(data.buffer, data.byteOffset, data.length / 4),
      raw: { width: info.width, height: info.height, channels: info.channels },
    };
  });
}

async function inspect(file: string): Promise<{ header: ImageHeader; complete: boolean }> {
  const { head, tail, size } = await readable(file, () => readEnds(file, TAIL_BYTES));
  const format = sniffFormat(head);
  const refuse = (reason: string): never => {
    throw new EspalierError('IMAGE_UNREADABLE', { name: basename(file), reason });
  };
  if (size === 0) return refuse('the file is empty');
  if (!format) return refuse('it is not a JPEG, PNG, WebP, TIFF or BMP picture');
  // libpng looks further than the header, where a forged file has nothing.
  if (format === 'png' && head.length >= 24) checkSize(file, head.readUInt32BE(16), head.readUInt32BE(20));
  const header = await readable(file, () => (format === 'bmp' ? bmpHeader(head, size) : sharpHeader(file, format)));
  checkSize(file, header.width, header.height);
  return { header, complete: endsComplete(format, head, tail, size) };
}

function checkSize(file: string, width: number, height: number): void {
  if (width * height <= PIXEL_LIMIT) return;
  throw new EspalierError('IMAGE_TOO_LARGE', { name: basename(file), width, height, limit: PIXEL_LIMIT / 1e6 });
}

async function bmpHeader(head: Buffer, size: number): Promise<ImageHeader> {
  const { width, height } = readBmpHeader(head.subarray(0, 66), size);
  return { width, height, format: 'bmp', bitDepth: 8, orientation: 1, hasAlpha: false };
}

const BITS: Readonly<Record<string, number>> = { uchar: 8, char: 8, ushort: 16, short: 16, uint: 32, int: 32, float: 32, double: 64 };

async function sharpHeader(file: string, format: ImageFormat): Promise<ImageHeader> {
  // The limit is checked by the caller, who can name the sizes.
  const { autoOrient, depth = 'uchar', orientation = 1, hasAlpha = false } = await sharp(file, { limitInputPixels: false }).metadata();
  const { width, height } = autoOrient;
  return { width, height, format, bitDepth: BITS[depth] ?? 8, orientation, hasAlpha };
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file is no longer there',
  EACCES: 'reading it is not permitted',
  EISDIR: 'it is a folder',
};

/** A decoder's message in words a user can act on; the original stays the error's cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const system = 'code' in error ? SYSTEM_REASONS[String(error.code)] : undefined;
  if (system) return system;
  if (/premature end|truncat|cut off|end of (file|image)|read error|not enough|unexpected end/i.test(error.message))
    return 'the file is cut off';
  if (/^(it|its|the|compressed) /.test(error.message)) return error.message;
  return 'its content is damaged';
}
