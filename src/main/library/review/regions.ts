/** A part of an image as pairs (start, length) of pixels in row-major order, sorted and disjoint. */
export type Region = Uint32Array;

export const NOWHERE: Region = new Uint32Array(0);

/** The spans of a region. */
export function* spansOf(region: Region): Generator<{ start: number; length: number }> {
  for (let i = 0; i + 1 < region.length; i += 2) yield { start: region[i]!, length: region[i + 1]! };
}

export function union(a: Region, b: Region): Region {
  const out: number[] = [];
  let end = -1;
  for (let [i, j] = [0, 0]; i < a.length || j < b.length;) {
    const first = j >= b.length || (i < a.length && a[i]! <= b[j]!);
    const [start, length] = first ? [a[i++]!, a[i++]!] : [b[j++]!, b[j++]!];
    if (start > end) out.push(start, length);
    else out[out.length - 1]! += Math.max(0, start + length - end);
    end = Math.max(end, start + length);
  }
  return Uint32Array.from(out);
}

/** Whether every pixel of `inner` is in `outer`, whose touching spans must be joined, as those of a union are. */
export function covers(outer: Region, inner: Region): boolean {
  let i = 0;
  for (const { start, length } of spansOf(inner)) {
    while (i < outer.length && outer[i]! + outer[i + 1]! <= start) i += 2;
    if (i >= outer.length || outer[i]! > start || outer[i]! + outer[i + 1]! < start + length) return false;
  }
  return true;
}
