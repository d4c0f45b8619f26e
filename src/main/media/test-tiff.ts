/** Tags of a TIFF directory by number: SHORTs, or LONGs where a value needs it; text becomes ASCII. */
export type TiffTags = Readonly<Record<number, number | readonly number[] | string>>;

export interface TiffOptions {
  readonly width: number;
  readonly height: number;
  /** Samples of a pixel, 1 unless given. */
  readonly samples?: number;
  /** Bits of a sample, 8 unless given. */
  readonly bits?: number;
  /** The sample format: 1 unsigned (unless given), 2 signed, 3 floats, 5 complex integers, 6 complex floats. */
  readonly format?: number;
  /** 0 white is zero, 1 black is zero (unless given), 2 RGB, 3 palette, 5 CMYK, 6 YCbCr, 8 CIELAB. */
  readonly photometric?: number;
  /** What the samples beyond those of the colour are: 0 unspecified, 1 premultiplied alpha, 2 alpha. */
  readonly extra?: readonly number[];
  /** 1 pixel by pixel (unless given), 2 plane by plane. */
  readonly planar?: number;
  readonly rowsPerStrip?: number;
  /** The number to write for the compression, and what does it to a strip. */
  readonly compression?: number;
  readonly compress?: (strip: Buffer) => Buffer;
  readonly tags?: TiffTags;
}

/**
 * A little-endian TIFF made by hand, of any kind of samples.
 * @param data the samples as they are to lie in the file, row by row; planes one after the other where `planar` is 2
 */
export function makeTiff(data: ArrayBufferView, options: TiffOptions): Buffer {
  const { width, height, samples = 1, bits = 8, format = 1, photometric = 1, extra = [], planar = 1, compression = 1 } = options;
  const { rowsPerStrip = height, compress = (strip) => strip } = options;
  const pixels = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const planes = planar === 2 ? samples : 1;
  const row = Math.ceil((width * bits * (planar === 2 ? 1 : samples)) / 8);
  const strips = Array.from({ length: planes }, (_, plane) =>
    Array.from({ length: Math.ceil(height / rowsPerStrip) }, (_, strip) => {
      const from = (plane * height + strip * rowsPerStrip) * row;
      return compress(pixels.subarray(from, from + Math.min(rowsPerStrip, height - strip * rowsPerStrip) * row));
    }),
  ).flat();
  let at = 8;
  const offsets = strips.map((strip) => (at += strip.length) - strip.length);
  const tags: Record<number, number | readonly number[] | string> = {
    256: width,
    257: height,
    258: Array.from({ length: samples }, () => bits),
    259: compression,
    262: photometric,
    273: offsets,
    277: samples,
    278: rowsPerStrip,
    279: strips.map((strip) => strip.length),
    284: planar,
    339: Array.from({ length: samples }, () => format),
    ...options.tags,
  };
  if (extra.length > 0) tags[338] = extra;
  return withDirectory(strips, at, tags);
}

function withDirectory(strips: readonly Buffer[], end: number, tags: TiffTags): Buffer {
  const start = end + (end % 2);
  const entries = Object.entries(tags).sort(([a], [b]) => Number(a) - Number(b));
  const directory = Buffer.alloc(2 + entries.length * 12 + 4);
  directory.writeUInt16LE(entries.length);
  const values: Buffer[] = [];
  let at = start + directory.length;
  entries.forEach(([tag, value], i) => {
    const entry = directory.subarray(2 + i * 12);
    const { type, count, bytes } = encoded(value);
    entry.writeUInt16LE(Number(tag), 0);
    entry.writeUInt16LE(type, 2);
    entry.writeUInt32LE(count, 4);
    if (bytes.length <= 4) {
      entry.set(bytes, 8);
    } else {
      entry.writeUInt32LE(at, 8);
      values.push(bytes);
      at += bytes.length;
    }
  });
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(start, 4);
  return Buffer.concat([head, ...strips, Buffer.alloc(end % 2), directory, ...values]);
}

function encoded(value: number | readonly number[] | string): { type: number; count: number; bytes: Buffer } {
  if (typeof value === 'string') return { type: 2, count: value.length + 1, bytes: Buffer.from(`${value}\0`, 'latin1') };
  const numbers = typeof value === 'number' ? [value] : value;
  const long = numbers.some((each) => each > 0xffff);
  const bytes = Buffer.from((long ? Uint32Array.from(numbers) : Uint16Array.from(numbers)).buffer);
  return { type: long ? 4 : 3, count: numbers.length, bytes: bytes.length % 2 ? Buffer.concat([bytes, Buffer.alloc(1)]) : bytes };
}
