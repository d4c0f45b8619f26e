/**
 * Arithmetic of virtual lists along one axis. Offsets and sizes are CSS pixels. The list lives in "logical" pixels
 * (lines × line size); browsers cap the size of an element, so beyond MAX_SCROLL the scroller is shorter and maps onto it.
 */
export const MAX_SCROLL = 8_000_000;

/** Size of the element that makes the scroll bar, for a list of `content` logical pixels. */
export const scrollSize = (content: number): number => Math.min(content, MAX_SCROLL);

const range = (size: number, viewport: number): number => Math.max(0, size - viewport);

/** The logical offset shown when the scroll bar stands at `scroll`. */
export function toLogical(scroll: number, content: number, viewport: number): number {
  const bar = range(scrollSize(content), viewport);
  return bar === 0 ? 0 : (scroll / bar) * range(content, viewport);
}

/** Where the scroll bar stands for a logical offset. */
export function toScroll(offset: number, content: number, viewport: number): number {
  const span = range(content, viewport);
  return span === 0 ? 0 : (offset / span) * range(scrollSize(content), viewport);
}

export const clampOffset = (offset: number, content: number, viewport: number): number =>
  Math.min(Math.max(0, offset), range(content, viewport));

export interface Span {
  /** First and one past the last index. */
  readonly first: number;
  readonly end: number;
}

/** The items to draw: those on lines that touch the viewport, plus `overscan` lines on both sides. */
export function itemsInView(offset: number, viewport: number, lineSize: number, lanes: number, count: number, overscan: number): Span {
  if (viewport <= 0 || count === 0) return { first: 0, end: 0 };
  const firstLine = Math.max(0, Math.floor(offset / lineSize) - overscan);
  const endLine = Math.ceil((offset + viewport) / lineSize) + overscan;
  return { first: Math.min(firstLine * lanes, count), end: Math.min(endLine * lanes, count) };
}

/** The nearest offset at which a line is wholly visible; a line far away is brought to the middle. */
export function offsetShowing(line: number, offset: number, viewport: number, lineSize: number): number {
  const start = line * lineSize;
  const end = start + lineSize;
  if (start >= offset && end <= offset + viewport) return offset;
  const far = start < offset - viewport || end > offset + 2 * viewport;
  if (far || lineSize > viewport) return Math.max(0, start - Math.max(0, viewport - lineSize) / 2);
  return start < offset ? start : end - viewport;
}
