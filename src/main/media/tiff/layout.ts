import { UnreadableError } from '../failure';
import { TAG, type TiffDirectory } from './directory';

/** How the samples of a TIFF's first picture lie in the file. */
export interface TiffLayout {
  readonly littleEndian: boolean;
  readonly fileSize: number;
  readonly width: number;
  readonly height: number;
  /** Bits of each sample, samples of each pixel, and their kind. */
  readonly bits: number;
  readonly samples: number;
  readonly format: SampleFormat;
  readonly photometric: number;
  /** What the samples beyond the colour are: 0 unspecified, 1 premultiplied alpha, 2 alpha. */
  readonly extra: readonly number[];
  readonly compression: number;
  readonly predictor: number;
  readonly fillOrder: number;
  readonly orientation: number;
  /** Each sample in planes of its own, instead of pixel by pixel. */
  readonly planar: boolean;
  /** Strips are chunks as wide as the picture. */
  readonly chunk: { readonly width: number; readonly height: number };
  readonly tiled: boolean;
  readonly offsets: readonly number[];
  readonly counts: readonly number[];
  /** The value that means "nothing here". */
  readonly noData: number | null;
}

export type SampleFormat = 'unsigned' | 'signed' | 'float' | 'complex';

const FORMATS: Readonly<Record<number, SampleFormat>> = {
  1: 'unsigned',
  2: 'signed',
  3: 'float',
  4: 'unsigned',
  5: 'complex',
  6: 'complex',
};

/** @throws UnreadableError when the directory contradicts itself, or points behind the end of the file */
export function layoutOf({ littleEndian, fileSize, entries }: TiffDirectory): TiffLayout {
  const list = (tag: number): readonly number[] => entries.get(tag) ?? [];
  const one = (tag: number, otherwise: number): number => list(tag)[0] ?? otherwise;
  /** The value that all samples share. */
  const shared = (tag: number, otherwise: number, differ: string): number => {
    const values = list(tag);
    if (values.some((value) => value !== values[0])) throw new UnreadableError(differ);
    return values[0] ?? otherwise;
  };
  const [width, height] = [one(TAG.width, 0), one(TAG.height, 0)];
  const samples = one(TAG.samples, 1);
  const bits = shared(TAG.bits, 1, 'its channels have different numbers of bits, which is not supported');
  const format = FORMATS[shared(TAG.sampleFormat, 1, 'its channels hold different kinds of numbers, which is not supported')];
  const tiled = entries.has(TAG.tileWidth);
  const chunk = tiled
    ? { width: one(TAG.tileWidth, 0), height: one(TAG.tileHeight, 0) }
    : { width, height: Math.min(one(TAG.rowsPerStrip, height), height) };
  const offsets = list(tiled ? TAG.tileOffsets : TAG.stripOffsets);
  const planar = one(TAG.planar, 1) === 2 && samples > 1;
  const positive = [width, height, samples, bits, chunk.width, chunk.height].every((value) => value > 0);
  if (!positive || !format) throw new UnreadableError('its header is damaged');

  const chunks = Math.ceil(width / chunk.width) * Math.ceil(height / chunk.height) * (planar ? samples : 1);
  if (offsets.length < chunks) throw new UnreadableError('its header is damaged');
  const counts = list(tiled ? TAG.tileCounts : TAG.stripCounts);
  const sizes = counts.length >= chunks ? counts : impliedSizes(offsets, fileSize);
  for (let i = 0; i < chunks; i++) if (offsets[i]! + sizes[i]! > fileSize) throw new UnreadableError('the file is cut off');
  const noData = Number.parseFloat(String.fromCharCode(...list(TAG.noData).slice(0, 100)));
  return {
    littleEndian,
    fileSize,
    width,
    height,
    bits,
    samples,
    format,
    photometric: one(TAG.photometric, 1),
    extra: list(TAG.extraSamples),
    compression: one(TAG.compression, 1),
    predictor: one(TAG.predictor, 1),
    fillOrder: one(TAG.fillOrder, 1),
    orientation: one(TAG.orientation, 1),
    planar,
    chunk,
    tiled,
    offsets,
    counts: sizes,
    noData: Number.isNaN(noData) ? null : format === 'float' && bits === 32 ? Math.fround(noData) : noData,
  };
}

/** Old files leave the sizes of strips out: each ends where the next begins. */
function impliedSizes(offsets: readonly number[], fileSize: number): number[] {
  return offsets.map((offset, i) => Math.max(0, (offsets[i + 1] ?? fileSize) - offset));
}

/** Bytes of a whole chunk, decompressed. */
export function chunkBytes(layout: TiffLayout): number {
  return rowBytes(layout) * layout.chunk.height;
}

/** Bytes of a row of a chunk, decompressed. */
export function rowBytes({ chunk, bits, samples, planar }: TiffLayout): number {
  return Math.ceil((chunk.width * bits * (planar ? 1 : samples)) / 8);
}
