import { describe, expect, it } from 'vitest';
import { MAX_SCROLL, clampOffset, itemsInView, offsetShowing, scrollSize, toLogical, toScroll } from './virtual';

describe('itemsInView', () => {
  it('covers the viewport and nothing proportional to the list', () => {
    expect(itemsInView(0, 300, 100, 1, 1_000_000, 0)).toEqual({ first: 0, end: 3 });
    expect(itemsInView(150, 300, 100, 1, 1_000_000, 0)).toEqual({ first: 1, end: 5 });
    expect(itemsInView(150, 300, 100, 1, 1_000_000, 2)).toEqual({ first: 0, end: 7 });
  });

  it('draws whole lines of a grid and stops at the last item', () => {
    expect(itemsInView(100, 200, 100, 4, 10, 0)).toEqual({ first: 4, end: 10 });
  });

  it('draws nothing when there is nothing, or nowhere to draw it', () => {
    expect(itemsInView(0, 300, 100, 1, 0, 2)).toEqual({ first: 0, end: 0 });
    expect(itemsInView(0, 0, 100, 1, 10, 2)).toEqual({ first: 0, end: 0 });
  });

  it('gives an empty span when the list has shrunk under the offset', () => {
    const { first, end } = itemsInView(5000, 300, 100, 1, 10, 0);
    expect(end - first).toBe(0);
  });
});

describe('scroll mapping', () => {
  it('is the identity for lists that fit in an element', () => {
    expect(toLogical(1234, 50_000, 800)).toBe(1234);
    expect(toScroll(1234, 50_000, 800)).toBe(1234);
  });

  it('reaches both ends of a million rows and inverts itself', () => {
    const content = 1_000_000 * 112;
    expect(scrollSize(content)).toBe(MAX_SCROLL);
    expect(toLogical(MAX_SCROLL - 800, content, 800)).toBe(content - 800);
    const offset = 41_234_567;
    expect(toLogical(toScroll(offset, content, 800), content, 800)).toBeCloseTo(offset, 3);
  });

  it('stays at zero when everything is visible', () => {
    expect(toLogical(0, 300, 800)).toBe(0);
    expect(toScroll(0, 300, 800)).toBe(0);
    expect(clampOffset(90, 300, 800)).toBe(0);
  });
});

describe('offsetShowing', () => {
  it('leaves a visible line alone', () => expect(offsetShowing(3, 250, 300, 100)).toBe(250));
  it('moves by the least amount to a neighbour', () => {
    expect(offsetShowing(2, 250, 300, 100)).toBe(200);
    expect(offsetShowing(5, 250, 300, 100)).toBe(300);
  });
  it('centres a line that is far away', () => expect(offsetShowing(500, 0, 300, 100)).toBe(49_900));
  it('never goes negative', () => expect(offsetShowing(0, 90_000, 300, 100)).toBe(0));
});
