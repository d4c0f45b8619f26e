import { UnreadableError } from '../failure';

const CLEAR = 256;
const END = 257;
const FIRST = 258;
const MAX_BITS = 12;

/**
 * Undoes TIFF's LZW: codes of 9 to 12 bits, most significant bit first, widened one code early (TIFF 6.0, section 13).
 * @param length bytes that may come out at most
 * @returns what came out
 * @throws UnreadableError when a code means nothing, or more comes out
 */
export function decodeLzw(data: Uint8Array, length: number): Uint8Array {
  const damaged = (): never => {
    throw new UnreadableError('its content is damaged');
  };
  const out = new Uint8Array(length);
  // Every code but the first 256 is a stretch of what came out already.
  const starts = new Uint32Array(2 ** MAX_BITS);
  const lengths = new Uint32Array(2 ** MAX_BITS);
  let [next, width] = [FIRST, 9];
  let [buffer, held] = [0, 0];
  let reached = 0;
  let [before, beforeLength] = [-1, 0];
  for (let at = 0; at < data.length;) {
    while (held < width && at < data.length) {
      buffer = ((buffer << 8) | data[at++]!) & 0xfffff;
      held += 8;
    }
    while (held >= width) {
      held -= width;
      const code = (buffer >> held) & ((1 << width) - 1);
      if (code === END) return out.subarray(0, reached);
      if (code === CLEAR) {
        [next, width, before] = [FIRST, 9, -1];
        continue;
      }
      const start = reached;
      const known = code < CLEAR || (code >= FIRST && code < next);
      if (!known && (code !== next || before < 0)) return damaged();
      const size = code < CLEAR ? 1 : known ? lengths[code]! : beforeLength + 1;
      if (reached + size > length) return damaged();
      if (code < CLEAR) out[reached++] = code;
      else for (let from = known ? starts[code]! : before, i = 0; i < size; i++) out[reached++] = out[from + i]!;
      // The code before, and the first byte of this one, which follows it in the output.
      if (before >= 0 && next < 2 ** MAX_BITS) {
        starts[next] = before;
        lengths[next] = beforeLength + 1;
        next++;
      }
      [before, beforeLength] = [start, size];
      if (next === 2 ** width - 1 && width < MAX_BITS) width++;
    }
  }
  return out.subarray(0, reached);
}
