import type { Spans } from './spans';

/** The border of a region as line pieces x0, y0, x1, y1 along pixel edges, in no particular order. */
export function outlineOf(spans: Spans): Int32Array {
  const out: number[] = [];
  let above: number[] = [];
  let aboveY = NaN;
  for (let i = 0; i < spans.length;) {
    const y = spans[i]!;
    const row: number[] = [];
    for (; i < spans.length && spans[i] === y; i += 3) {
      const [x0, x1] = [spans[i + 1]!, spans[i + 2]!];
      row.push(x0, x1);
      out.push(x0, y, x0, y + 1, x1, y, x1, y + 1);
    }
    if (aboveY !== y - 1) {
      between(above, [], aboveY + 1, out);
      above = [];
    }
    between(above, row, y, out);
    [above, aboveY] = [row, y];
  }
  between(above, [], aboveY + 1, out);
  return Int32Array.from(out);
}

/** Pieces of the line at `y` where just one of the rows above and below it is inside; rows are sorted run ends. */
function between(above: readonly number[], below: readonly number[], y: number, out: number[]): void {
  const ends = [...above, ...below].sort((a, b) => a - b);
  for (let i = 0; i + 1 < ends.length; i += 2) if (ends[i] !== ends[i + 1]) out.push(ends[i]!, y, ends[i + 1]!, y);
}
