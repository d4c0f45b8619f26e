import { basename } from 'node:path';
import sharp from 'sharp';
import { EspalierError } from '@shared/errors';
import { readBmpHeader } from './bmp';
import { readable, UnreadableError } from './failure';
import { readEnds } from './files';
import { endsProperly, sniffFormat, type ImageFormat } from './format';
import { readJpegFrame, type JpegFrame } from './jpeg';
import { checkBytes, checkPixels } from './memory';
import type { TiffLayout } from './tiff/layout';
import { planOf, type TiffPlan } from './tiff/plan';
import { readLayout, sampleBytes } from './tiff/samples';

const END_BYTES = 65536;

/** What a file's header says. Sizes are after EXIF orientation. */
export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
  /** EXIF orientation, 1…8. */
  readonly orientation: number;
  readonly hasAlpha: boolean;
  /** Whether its samples are more than the 8 bits of a screen, so that they are seen through a contrast window. */
  readonly windowed: boolean;
  /** What of the file the picture is, where that is not all of it. */
  readonly remark: string | null;
}

/** A header with what decoding needs to know. */
export interface Inspected {
  readonly header: ImageHeader;
  readonly tiff: { readonly layout: TiffLayout; readonly plan: TiffPlan } | null;
  /** Of a JPEG, where its first bytes hold it. */
  readonly frame: JpegFrame | null;
  /** Bytes held at most while the file is decoded bit by bit, and those of its pixels beside them. */
  readonly held: number;
  readonly pixels: number;
  /** Whether the file ends where its format says, and the reason to give when the decoder fails. */
  readonly ends: boolean;
  readonly failure: string;
}

/**
 * Reads what a picture is without decoding it, and makes sure that it may be decoded.
 * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE, IMAGE_MEMORY
 */
export async function inspect(file: string): Promise<Inspected> {
  const { head, tail, size } = await readable(file, () => readEnds(file, END_BYTES));
  const format = sniffFormat(head);
  const refuse = (reason: string): never => {
    throw new EspalierError('IMAGE_UNREADABLE', { name: basename(file), reason });
  };
  if (size === 0) return refuse('the file is empty');
  if (!format) return refuse('it is not a JPEG, PNG, WebP, TIFF or BMP picture');
  const frame = format === 'jpeg' ? readJpegFrame(head) : null;
  if (frame?.lossless) return refuse('it is a lossless JPEG, which is not supported; save it as PNG');
  if (frame && frame.bits !== 8) return refuse(`it is a JPEG of ${frame.bits} bits, which is not supported; save it as PNG`);
  // libpng looks further than the header, where a forged file has nothing.
  if (format === 'png' && head.length >= 24) checkPixels(file, head.readUInt32BE(16), head.readUInt32BE(20));
  const ends = endsProperly(format, head, tail, size);
  const failure = ends ? 'its content is damaged' : 'the file is cut off';
  const found = await readable(file, () => inspectAs(format, file, head, size), failure);
  checkPixels(file, found.header.width, found.header.height);
  checkBytes(file, found.held + found.pixels);
  return { ...found, frame, ends, failure };
}

type Found = Omit<Inspected, 'frame' | 'ends' | 'failure'>;

async function inspectAs(format: ImageFormat, file: string, head: Buffer, size: number): Promise<Found> {
  if (format === 'bmp') return inspectBmp(head, size);
  if (format !== 'tiff') return inspectWithSharp(format, file);
  const layout = await readLayout(file);
  const plan = planOf(layout);
  return plan.as === 'samples' ? inspectSamples(layout, plan) : inspectWithSharp(format, file, { layout, plan });
}

function inspectBmp(head: Buffer, size: number): Found {
  const { width, height } = readBmpHeader(head.subarray(0, 66), size);
  const header = { width, height, format: 'bmp', orientation: 1, hasAlpha: false, windowed: false, remark: null } as const;
  return { header, tiff: null, held: size, pixels: width * height * 3 };
}

function inspectSamples(layout: TiffLayout, plan: TiffPlan): Found {
  const { orientation } = layout;
  const turned = orientation > 4;
  const [width, height] = turned ? [layout.height, layout.width] : [layout.width, layout.height];
  const windowed = layout.bits > 8 || layout.format !== 'unsigned';
  const bands = plan.bands.length + (plan.alpha === null ? 0 : 1);
  const { samples, beside } = sampleBytes(layout, bands);
  const header = { width, height, format: 'tiff', orientation, hasAlpha: plan.alpha !== null, windowed, remark: plan.remark } as const;
  return { header, tiff: { layout, plan }, held: beside, pixels: samples + width * height * (bands + 3) };
}

const BYTES: Readonly<Record<string, number>> = { uchar: 1, char: 1, ushort: 2, short: 2, uint: 4, int: 4, float: 4, double: 8 };

async function inspectWithSharp(format: ImageFormat, file: string, tiff: Found['tiff'] = null): Promise<Found> {
  // The limit is checked by the caller, who can name the sizes.
  const metadata = await sharp(file, { limitInputPixels: false, limitInputChannels: false }).metadata();
  const { autoOrient, depth = 'uchar', channels = 3, orientation = 1, hasAlpha = false, isProgressive = false } = metadata;
  const { width, height } = autoOrient;
  // A failure whose message another job has cleared looks like a success that found nothing.
  if (!(width > 0 && height > 0)) throw new UnreadableError('its header is damaged');
  const bytes = BYTES[depth] ?? 1;
  const windowed = bytes > 1;
  const size = width * height;
  const stored = size * channels * bytes;
  // What comes in several passes is held until the last one, what is turned until it is whole; WebP is always decoded as a whole.
  const passes = format === 'webp' ? size * 4 : !isProgressive ? 0 : format === 'jpeg' ? stored * 2 : stored;
  const held = passes + (orientation > 1 ? stored : 0) + (tiff ? sampleBytes(tiff.layout, 0).beside : 0);
  const remark = tiff?.plan.remark ?? null;
  const header = { width, height, format, orientation, hasAlpha: hasAlpha && (!tiff || tiff.plan.alpha !== null), windowed, remark };
  return { header, tiff, held, pixels: windowed ? stored + size * 6 : size * 3 };
}
