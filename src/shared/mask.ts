/**
 * Label maps, and the run-length forms in which they travel and are stored.
 * A pixel is named by its row-major index y · width + x. 255 means unlabelled (the ignore index).
 */
export const IGNORE = 255;
export const MAX_CLASSES = 254;

/** Class id per pixel, row-major; 255 = unlabelled. */
export interface LabelMap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export function emptyLabelMap(width: number, height: number): LabelMap {
  return { width, height, data: new Uint8Array(width * height).fill(IGNORE) };
}

/**
 * Run-length encoding of a whole label map: pairs (length, value) in row-major order, lengths > 0,
 * lengths summing to width · height.
 */
export type Rle = Uint32Array<ArrayBuffer>;

export function encodeRle(data: Uint8Array): Rle {
  const out: number[] = [];
  let start = 0;
  for (let i = 1; i <= data.length; i++) {
    if (i === data.length || data[i] !== data[start]) {
      out.push(i - start, data[start]!);
      start = i;
    }
  }
  return data.length === 0 ? new Uint32Array(0) : Uint32Array.from(out);
}

/** @throws RangeError when the lengths do not sum to `size` or a value exceeds 255 */
export function decodeRle(rle: Rle, size: number): Uint8Array {
  const data = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i + 1 < rle.length; i += 2) {
    const length = rle[i]!;
    const value = rle[i + 1]!;
    if (length === 0 || value > 255 || at + length > size) throw new RangeError('run outside the map');
    data.fill(value, at, at + length);
    at += length;
  }
  if (at !== size || rle.length % 2 !== 0) throw new RangeError('runs do not cover the map');
  return data;
}

/**
 * What one gesture changed: triples (start index, length, before | after << 8), sorted by start, not overlapping,
 * before ≠ after. Small, reversible, and exact; the unit of saving, undo and history.
 */
export type LabelDiff = Uint32Array<ArrayBuffer>;

/** The runs in which `after` differs from `before`; both of equal length, `offset` is the index of their first pixel. */
export function diffOf(before: Uint8Array, after: Uint8Array, offset = 0): LabelDiff {
  const out: number[] = [];
  let i = 0;
  while (i < before.length) {
    const from = before[i]!;
    const to = after[i]!;
    if (from === to) {
      i++;
      continue;
    }
    const start = i;
    while (i < before.length && before[i] === from && after[i] === to) i++;
    out.push(offset + start, i - start, from | (to << 8));
  }
  return Uint32Array.from(out);
}

export interface DiffRun {
  readonly start: number;
  readonly length: number;
  readonly before: number;
  readonly after: number;
}

export function* runsOf(diff: LabelDiff): Generator<DiffRun> {
  for (let i = 0; i + 2 < diff.length; i += 3) {
    const values = diff[i + 2]!;
    yield { start: diff[i]!, length: diff[i + 1]!, before: values & 255, after: values >>> 8 };
  }
}

/** The diff that undoes `diff`. */
export function invertDiff(diff: LabelDiff): LabelDiff {
  const out = diff.slice();
  for (let i = 2; i < out.length; i += 3) {
    const values = out[i]!;
    out[i] = (values >>> 8) | ((values & 255) << 8);
  }
  return out;
}

/**
 * Writes a diff into `data`.
 * @throws RangeError (before writing anything) when a run lies outside the map, is out of order, or `before` is not what is there
 */
export function applyDiff(data: Uint8Array, diff: LabelDiff): void {
  checkDiff(diff, data.length);
  // Index by index: strokes have a hundred thousand runs, and undo has to show within a frame or two.
  for (let r = 0; r < diff.length; r += 3) {
    const before = diff[r + 2]! & 255;
    const end = diff[r]! + diff[r + 1]!;
    for (let i = diff[r]!; i < end; i++) if (data[i] !== before) throw new RangeError(`pixel ${i} is ${data[i]}, not ${before}`);
  }
  writeDiff(data, diff);
}

/** As `applyDiff`, for a diff known to fit: costs a fraction of it, for no pixel is read. */
export function writeDiff(data: Uint8Array, diff: LabelDiff): void {
  for (let r = 0; r < diff.length; r += 3) data.fill(diff[r + 2]! >>> 8, diff[r]!, diff[r]! + diff[r + 1]!);
}

/** @throws RangeError when a diff is malformed for a map of `size` pixels */
export function checkDiff(diff: LabelDiff, size: number): void {
  if (diff.length % 3 !== 0) throw new RangeError('diff is not made of triples');
  let end = 0;
  for (let r = 0; r < diff.length; r += 3) {
    const start = diff[r]!;
    const length = diff[r + 1]!;
    const values = diff[r + 2]!;
    if (start < end || length === 0 || start + length > size) throw new RangeError('run outside the map or out of order');
    if (values >>> 8 > 255 || values >>> 8 === (values & 255)) throw new RangeError('run changes nothing');
    end = start + length;
  }
}
