const START_OF_SCAN = 0xda;

/** What a JPEG's frame says of how it is coded. */
export interface JpegFrame {
  /** Bits of a sample. */
  readonly bits: number;
  readonly lossless: boolean;
  /** Sequential, with all its components in one scan. */
  readonly oneScan: boolean;
}

/** The frame of a JPEG, or null where its first bytes do not hold it. */
export function readJpegFrame(head: Buffer): JpegFrame | null {
  let frame: { marker: number; bits: number; components: number } | null = null;
  for (let at = 2; at + 10 <= head.length && head[at] === 0xff; at += 2 + head.readUInt16BE(at + 2)) {
    const marker = head[at + 1]!;
    if (isFrame(marker)) frame = { marker, bits: head[at + 4]!, components: head[at + 9]! };
    if (marker !== START_OF_SCAN || !frame) continue;
    const sequential = frame.marker === 0xc0 || frame.marker === 0xc1;
    return { bits: frame.bits, lossless: frame.marker % 4 === 3, oneScan: sequential && head[at + 4] === frame.components };
  }
  return null;
}

/** Markers of frames lie among three others (ISO 10918-1, table B.1). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
