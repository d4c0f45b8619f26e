import { describe, expect, it } from 'vitest';
import { decodeBmp, readBmpHeader } from './bmp';

interface Parts {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  /** Palette or masks. */
  readonly table?: readonly number[];
  readonly rows: readonly (readonly number[])[];
}

/** A BMP with a 40-byte header; rows are given in file order, already padded. */
function bmp({ width, height, bits, compression = 0, table = [], rows }: Parts): Buffer {
  const pixels = rows.flat();
  const offset = 54 + table.length * 4;
  const out = Buffer.alloc(offset + pixels.length);
  out.write('BM');
  out.writeUInt32LE(out.length, 2);
  out.writeUInt32LE(offset, 10);
  out.writeUInt32LE(40, 14);
  out.writeInt32LE(width, 18);
  out.writeInt32LE(height, 22);
  out.writeUInt16LE(1, 26);
  out.writeUInt16LE(bits, 28);
  out.writeUInt32LE(compression, 30);
  out.writeUInt32LE(compression === 0 ? table.length : 0, 46);
  table.forEach((value, i) => out.writeUInt32LE(value, 54 + i * 4));
  out.set(pixels, offset);
  return out;
}

const red = [255, 0, 0];
const green = [0, 255, 0];
const blue = [0, 0, 255];
const white = [255, 255, 255];

describe('BMP', () => {
  it('reads 24 bits from the bottom up, rows padded to 4 bytes', () => {
    const file = bmp({
      width: 2,
      height: 2,
      bits: 24,
      rows: [
        [255, 0, 0, 255, 255, 255, 0, 0],
        [0, 0, 255, 0, 255, 0, 0, 0],
      ],
    });
    expect([...decodeBmp(file).data]).toEqual([...red, ...green, ...blue, ...white]);
  });

  it('reads top-down rows', () => {
    const file = bmp({
      width: 1,
      height: -2,
      bits: 24,
      rows: [
        [0, 0, 255, 0],
        [0, 255, 0, 0],
      ],
    });
    expect([...decodeBmp(file).data]).toEqual([...red, ...green]);
  });

  it.each([
    [8, [[1, 0, 1, 0]]],
    [4, [[0x10, 0x10, 0, 0]]],
    [1, [[0b10100000, 0, 0, 0]]],
  ])('looks %i-bit indices up in the palette', (bits, rows) => {
    const file = bmp({ width: 4, height: 1, bits, table: [0xff0000, 0x0000ff], rows });
    expect([...decodeBmp(file).data]).toEqual([...blue, ...red, ...blue, ...red]);
  });

  it('reads 16 and 32 bits, with and without masks', () => {
    expect([...decodeBmp(bmp({ width: 2, height: 1, bits: 16, rows: [[0x00, 0x7c, 0xe0, 0x03]] })).data]).toEqual([...red, ...green]);
    expect([...decodeBmp(bmp({ width: 1, height: 1, bits: 32, rows: [[255, 0, 0, 0]] })).data]).toEqual(blue);
    const masked = bmp({ width: 1, height: 1, bits: 32, compression: 3, table: [0xff, 0xff00, 0xff0000], rows: [[255, 0, 0, 0]] });
    expect([...decodeBmp(masked).data]).toEqual(red);
  });

  it('refuses what is cut off, compressed or senseless before allocating', () => {
    const whole = bmp({ width: 2, height: 1, bits: 24, rows: [[1, 2, 3, 4, 5, 6, 0, 0]] });
    expect(() => decodeBmp(whole.subarray(0, 60))).toThrow('cut off');
    expect(() => readBmpHeader(bmp({ width: 60000, height: 60000, bits: 24, rows: [] }), 54)).toThrow('cut off');
    expect(() => decodeBmp(bmp({ width: 2, height: 1, bits: 8, compression: 1, rows: [] }))).toThrow('compressed');
    expect(() => decodeBmp(bmp({ width: -2, height: 1, bits: 24, rows: [] }))).toThrow('damaged');
  });
});
