import type { Size } from '../base/format';
import type { Spans } from './fill';

/**
 * Run lengths as COCO has them: pixels down the columns, the first run outside, the second inside, and so on. As a text, each length (from
 * the fourth on, less the one two before) is written in groups of five bits, the lowest first.
 */
export function countsOf(spans: Spans, { height }: Size): number[] {
  const counts: number[] = [];
  let end = 0;
  for (let i = 0; i < spans.length; i += 3) {
    const [from, to] = [spans[i]! * height + spans[i + 1]!, spans[i]! * height + spans[i + 2]!];
    if (from === end && counts.length > 0) counts[counts.length - 1]! += to - from;
    else counts.push(from - end, to - from);
    end = to;
  }
  return counts;
}

/** Counts of a whole image. @throws RangeError when they are more pixels than it has */
export function spansOfCounts(counts: readonly number[], { width, height }: Size): Spans {
  const spans: number[] = [];
  let at = 0;
  for (const [i, count] of counts.entries()) {
    if (!Number.isSafeInteger(count) || count < 0 || at + count > width * height) throw new RangeError('its runs do not fit the image');
    for (let from = at; i % 2 === 1 && from < at + count;) {
      const x = Math.floor(from / height);
      const to = Math.min(at + count, (x + 1) * height);
      spans.push(x, from - x * height, to - x * height);
      from = to;
    }
    at += count;
  }
  return spans;
}

/** The last run, to the end of the image, belongs to the text. */
export function textOfCounts(counts: readonly number[], { width, height }: Size): string {
  const rest = width * height - counts.reduce((sum, count) => sum + count, 0);
  const all = rest > 0 ? (counts.length % 2 === 0 ? [...counts, rest] : counts) : counts;
  let text = '';
  for (const [i, count] of all.entries()) {
    let value = i > 2 ? count - all[i - 2]! : count;
    for (let more = true; more;) {
      const bits = value & 31;
      value >>= 5;
      more = bits & 16 ? value !== -1 : value !== 0;
      text += String.fromCharCode((more ? bits | 32 : bits) + 48);
    }
  }
  return text;
}

/** @throws RangeError when it is no such text */
export function countsOfText(text: string): number[] {
  const counts: number[] = [];
  for (let at = 0; at < text.length;) {
    let [value, shift] = [0, 0];
    for (let more = true; more;) {
      const bits = text.charCodeAt(at++) - 48;
      // Six groups are more than any length has.
      if (!(bits >= 0 && bits < 64) || shift > 30) throw new RangeError('its run lengths are damaged');
      more = (bits & 32) !== 0;
      value |= (bits & 31) << shift;
      shift += 5;
      if (!more && bits & 16 && shift < 32) value |= -1 << shift;
    }
    counts.push(counts.length > 2 ? value + counts.at(-2)! : value);
  }
  return counts;
}
