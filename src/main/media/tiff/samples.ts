import { open, type FileHandle } from 'node:fs/promises';
import { decodeChunk } from './chunks';
import { readAt, readDirectory } from './directory';
import { chunkBytes, layoutOf, rowBytes, type TiffLayout } from './layout';

/** Numbers in the file's own type where JavaScript has it, else in one that holds them. */
export type Samples = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** Reads how the samples of a TIFF lie in its file, and nothing of them. */
export async function readLayout(file: string): Promise<TiffLayout> {
  return withHandle(file, async (handle) => layoutOf(await readDirectory(handle)));
}

/**
 * The numbers of some samples of every pixel, pixel by pixel, row by row, as they lie in the file (not turned upright).
 * @throws UnreadableError
 */
export async function readSamples(file: string, layout: TiffLayout, bands: readonly number[]): Promise<Samples> {
  const samples = new (arrayOf(layout))(layout.width * layout.height * bands.length);
  await readChunks(file, layout, bands, (place, values, stride, offsets) => {
    for (let y = 0; y < place.rows; y++) {
      let to = ((place.top + y) * layout.width + place.left) * bands.length;
      for (let x = 0, from = y * place.width * stride; x < place.columns; x++, from += stride, to += bands.length) {
        for (const { band, offset } of offsets) samples[to + band] = values[from + offset]!;
      }
    }
  });
  return samples;
}

/**
 * Makes sure that `readSamples` will succeed, holding no more than a chunk.
 * @throws UnreadableError
 */
export async function checkSamples(file: string, layout: TiffLayout, bands: readonly number[]): Promise<void> {
  await readChunks(file, layout, bands, () => undefined);
}

/** Bytes of the numbers of `bands` samples of every pixel, and of what is held beside them while they are read. */
export function sampleBytes(layout: TiffLayout, bands: number): { samples: number; beside: number } {
  const { width, height, counts, compression, predictor } = layout;
  const stored = counts.reduce((most, count) => Math.max(most, count), 0);
  const copies = Number(compression !== 1) + Number(predictor === 3);
  return { samples: width * height * bands * arrayOf(layout).BYTES_PER_ELEMENT, beside: stored + copies * chunkBytes(layout) };
}

/** Where a chunk lies in the picture, without what stands out over its edges; its width with it. */
interface Place {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  readonly width: number;
}

type TakeChunk = (
  place: Place,
  values: Samples,
  /** Numbers from one pixel to the next, and where in them each wanted band is. */
  stride: number,
  offsets: readonly { readonly band: number; readonly offset: number }[],
) => void;

async function readChunks(file: string, layout: TiffLayout, bands: readonly number[], take: TakeChunk): Promise<void> {
  const { width, height, chunk, planar, samples } = layout;
  const across = Math.ceil(width / chunk.width);
  const perPlane = across * Math.ceil(height / chunk.height);
  const inPlanes = bands.map((band, index) => ({ plane: planar ? band : 0, band: index, offset: planar ? 0 : band }));
  await withHandle(file, async (handle) => {
    for (const plane of new Set(inPlanes.map((each) => each.plane))) {
      const offsets = inPlanes.filter((each) => each.plane === plane);
      for (let i = 0; i < perPlane; i++) {
        const [left, top] = [(i % across) * chunk.width, Math.floor(i / across) * chunk.height];
        const place = {
          left,
          top,
          columns: Math.min(chunk.width, width - left),
          rows: Math.min(chunk.height, height - top),
          width: chunk.width,
        };
        take(place, await readChunk(handle, layout, plane * perPlane + i, place.rows), planar ? 1 : samples, offsets);
      }
    }
  });
}

async function readChunk(handle: FileHandle, layout: TiffLayout, index: number, rows: number): Promise<Samples> {
  const size = layout.counts[index]!;
  // GDAL leaves chunks out that hold nothing but the value for "nothing here", else zeros.
  if (size === 0) return new (arrayOf(layout))((rowBytes(layout) * rows * 8) / layout.bits).fill(layout.noData ?? 0);
  const { buffer, byteOffset, byteLength } = await readAt(handle, layout.offsets[index]!, size, layout.fileSize);
  return numbersOf(await decodeChunk(new Uint8Array(buffer, byteOffset, byteLength), layout, rows), layout);
}

interface SampleArray {
  new (length: number): Samples;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Samples;
  readonly BYTES_PER_ELEMENT: number;
}

function arrayOf({ bits, format }: TiffLayout): SampleArray {
  if (format === 'float') return bits === 64 ? Float64Array : Float32Array;
  const signed = format === 'signed';
  if (bits === 8) return signed ? Int8Array : Uint8Array;
  if (bits === 16) return signed ? Int16Array : Uint16Array;
  if (bits === 32) return signed ? Int32Array : Uint32Array;
  return Float64Array;
}

function numbersOf(bytes: Uint8Array, layout: TiffLayout): Samples {
  const { bits, format } = layout;
  const { buffer, byteOffset, length } = bytes;
  const count = length / (bits / 8);
  if (format === 'float' && bits === 16) {
    const halves = new DataView(buffer, byteOffset, length);
    return Float32Array.from({ length: count }, (_, i) => halves.getFloat16(i * 2, true));
  }
  if (format !== 'float' && bits === 64) {
    const integers = format === 'signed' ? new BigInt64Array(buffer, byteOffset, count) : new BigUint64Array(buffer, byteOffset, count);
    return Float64Array.from(integers, Number);
  }
  return new (arrayOf(layout))(buffer, byteOffset, count);
}

async function withHandle<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
