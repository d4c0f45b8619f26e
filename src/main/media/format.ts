/** Picture formats Espalier reads. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'bmp';

/** File name endings that may hold them, lower case. What a file really is, its first bytes say. */
export const IMAGE_EXTENSIONS: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.webp', '.tif', '.tiff', '.bmp']);

/** The format a file's first bytes announce, or null. */
export function sniffFormat(head: Uint8Array): ImageFormat | null {
  const starts = (text: string, at = 0): boolean => [...text].every((char, i) => head[at + i] === char.charCodeAt(0));
  if (starts('\xff\xd8\xff')) return 'jpeg';
  if (starts('\x89PNG\r\n\x1a\n')) return 'png';
  if (starts('RIFF') && starts('WEBP', 8)) return 'webp';
  if (starts('II*\0') || starts('MM\0*') || starts('II+\0') || starts('MM\0+')) return 'tiff';
  // 'BM' alone begins many texts; the size of the second header is never zero and always small.
  if (starts('BM') && head[14]! >= 12 && head[15] === 0 && head[16] === 0 && head[17] === 0) return 'bmp';
  return null;
}

/**
 * Whether a file ends where its format says. A sound one may go on, so that only decoding can tell it from one that was cut off.
 * BMP and TIFF say where their pixels are, which is checked when their headers are read.
 */
export function endsProperly(format: ImageFormat, head: Buffer, tail: Buffer, size: number): boolean {
  switch (format) {
    case 'jpeg':
      return tail.subarray(-2).equals(Buffer.of(0xff, 0xd9));
    case 'png':
      return tail.subarray(-8, -4).equals(Buffer.from('IEND'));
    case 'webp':
      return size >= head.readUInt32LE(4) + 8;
    case 'bmp':
    case 'tiff':
      return true;
  }
}
