/**
 * The one form in which a project's pictures reach a window: an uncompressed Windows bitmap of 4 bytes a pixel (red, green, blue, 255),
 * top row first. Nothing else of a project comes near the browser's decoders, and no one but us reads orientation and colours.
 */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  /** RGBA, row-major. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

const HEADER = 66;

/** What stands before the pixels. */
export function bitmapHeader(width: number, height: number): Uint8Array {
  const header = new DataView(new ArrayBuffer(HEADER));
  const length = width * height * 4;
  header.setUint16(0, 0x424d); // "BM"
  header.setUint32(2, HEADER + length, true);
  header.setUint32(10, HEADER, true);
  header.setUint32(14, 40, true);
  header.setInt32(18, width, true);
  header.setInt32(22, -height, true); // Negative: from the top.
  header.setUint16(26, 1, true);
  header.setUint16(28, 32, true);
  header.setUint32(30, 3, true); // Where red, green and blue are, masks say:
  header.setUint32(34, length, true);
  [0xff, 0xff00, 0xff0000].forEach((mask, i) => header.setUint32(54 + i * 4, mask, true));
  return new Uint8Array(header.buffer);
}

/** The pixels of a whole bitmap, not copied. @throws RangeError when a part of it is missing */
export function readBitmap(file: ArrayBuffer): Bitmap {
  const header = new DataView(file);
  const [width, height] = file.byteLength < HEADER ? [0, 0] : [header.getInt32(18, true), -header.getInt32(22, true)];
  if (width <= 0 || file.byteLength !== HEADER + width * height * 4) throw new RangeError('the bitmap is not whole');
  return { width, height, data: new Uint8ClampedArray(file, HEADER) };
}
