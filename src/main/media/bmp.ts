import { UnreadableError } from './failure';

/** Windows bitmaps: 1, 4, 8 bits with palette, 16, 24 and 32 bits, either row order; not run-length encoded ones. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly topDown: boolean;
  /** Where pixels begin, and bytes per row. */
  readonly offset: number;
  readonly stride: number;
  /** Palette of 1, 4 and 8 bits: position, number and bytes of its entries. */
  readonly palette: { readonly offset: number; readonly count: number; readonly entry: number } | null;
  /** Masks of red, green and blue in 16 and 32 bits. */
  readonly masks: readonly [number, number, number];
}

const MASKS_16 = [0x7c00, 0x03e0, 0x001f] as const;
const MASKS_32 = [0xff0000, 0x00ff00, 0x0000ff] as const;

/** @throws UnreadableError */
export function readBmpHeader(head: Buffer, fileSize: number): BmpHeader {
  if (head.length < 26) throw new UnreadableError('the file is cut off');
  const headerSize = head.readUInt32LE(14);
  const core = headerSize === 12;
  if (!core && (headerSize < 40 || head.length < 54)) throw new UnreadableError('its header is damaged');
  const width = core ? head.readUInt16LE(18) : head.readInt32LE(18);
  const signedHeight = core ? head.readUInt16LE(20) : head.readInt32LE(22);
  const height = Math.abs(signedHeight);
  const bits = head.readUInt16LE(core ? 24 : 28);
  const compression = core ? 0 : head.readUInt32LE(30);
  if (width <= 0 || height === 0 || ![1, 4, 8, 16, 24, 32].includes(bits)) throw new UnreadableError('its header is damaged');
  if (compression !== 0 && !((compression === 3 || compression === 6) && (bits === 16 || bits === 32))) {
    throw new UnreadableError('it is a compressed BMP, which is not supported; save it as PNG');
  }

  const masked = compression !== 0;
  if (masked && head.length < 66) throw new UnreadableError('the file is cut off');
  const masks = masked
    ? ([head.readUInt32LE(54), head.readUInt32LE(58), head.readUInt32LE(62)] as const)
    : bits === 16
      ? MASKS_16
      : MASKS_32;
  const entry = core ? 3 : 4;
  const colours = core ? 0 : head.readUInt32LE(46);
  const palette = bits > 8 ? null : { offset: 14 + headerSize, count: Math.min(colours || 2 ** bits, 2 ** bits), entry };
  const offset = head.readUInt32LE(10);
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (offset + stride * height > fileSize) throw new UnreadableError('the file is cut off');
  return { width, height, bits, topDown: signedHeight < 0, offset, stride, palette, masks };
}

/** The pixels as RGB, 3 bytes each, row-major from the top. */
export function decodeBmp(file: Buffer): { width: number; height: number; data: Uint8Array } {
  const header = readBmpHeader(file.subarray(0, 66), file.length);
  const { width, height, bits, topDown, offset, stride } = header;
  const data = new Uint8Array(width * height * 3);
  const colourAt = pixelReader(file, header);
  for (let y = 0; y < height; y++) {
    const row = offset + (topDown ? y : height - 1 - y) * stride;
    for (let x = 0, at = y * width * 3; x < width; x++, at += 3) {
      const [r, g, b] = bits === 24 ? [file[row + x * 3 + 2]!, file[row + x * 3 + 1]!, file[row + x * 3]!] : colourAt(row, x);
      data[at] = r;
      data[at + 1] = g;
      data[at + 2] = b;
    }
  }
  return { width, height, data };
}

type Colour = readonly [number, number, number];

function pixelReader(file: Buffer, header: BmpHeader): (row: number, x: number) => Colour {
  const { bits, palette, masks } = header;
  if (palette) {
    const colours = Array.from({ length: palette.count }, (_, i): Colour => {
      const at = palette.offset + i * palette.entry;
      return [file[at + 2] ?? 0, file[at + 1] ?? 0, file[at] ?? 0];
    });
    const black: Colour = [0, 0, 0];
    const perByte = 8 / bits;
    return (row, x) => {
      const byte = file[row + Math.floor(x / perByte)]!;
      const shift = 8 - bits * ((x % perByte) + 1);
      return colours[(byte >> shift) & (2 ** bits - 1)] ?? black;
    };
  }
  const channels = masks.map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    const max = mask >>> shift;
    return (value: number): number => (max === 0 ? 0 : Math.round((((value & mask) >>> shift) * 255) / max));
  });
  const [red, green, blue] = [channels[0]!, channels[1]!, channels[2]!];
  const read =
    bits === 16 ? (row: number, x: number) => file.readUInt16LE(row + x * 2) : (row: number, x: number) => file.readUInt32LE(row + x * 4);
  return (row, x) => {
    const value = read(row, x);
    return [red(value), green(value), blue(value)];
  };
}
