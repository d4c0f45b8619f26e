import { IGNORE } from '@shared/mask';
import { DOUBTED, KEPT, LOW_CONFIDENCE, stateTable } from '@shared/review';
import { encodeConfidence, encodeSimilarity } from '@shared/run';
import { describe, expect, it } from 'vitest';
import { outlineOf } from '../outline';
import { byValue, maskOfSpans, spansOfMask, toPairs, wholeImage } from '../spans';
import { random } from '../testing/numbers';
import { countStates, predictionRegion, standingPart } from './region';

describe('regions of a prediction', () => {
  const planes = {
    width: 5,
    height: 2,
    classes: Uint8Array.of(1, 1, 1, 1, 1, 1, 0, 1, 1, 1),
    confidence: Uint8Array.from([0.9, 0.9, 0.9, 0.4, 0.9, 0.9, 0.9, 0.9, 0.4, 0.9], encodeConfidence),
    similarity: Uint8Array.from([1, 0.6, 1, 1, 1, 1, 1, 1, 1, 1], encodeSimilarity),
  };
  const table = stateTable(0.7, 1);

  it('are joined pixels of one class and one state', () => {
    expect([...toPairs(predictionRegion(planes, table, 0, 0), 5)]).toEqual([0, 1, 5, 1]);
    expect([...toPairs(predictionRegion(planes, table, 1, 0), 5)]).toEqual([1, 1]);
    expect([...toPairs(predictionRegion(planes, table, 3, 0), 5)]).toEqual([3, 1, 8, 1]);
    expect([...toPairs(predictionRegion(planes, table, 6, 0), 5)]).toEqual([]);
  });

  it('may go on through every state, which are counted then', () => {
    const whole = predictionRegion(planes, new Uint8Array(65536), 0, 0);
    expect([...toPairs(whole, 5)]).toEqual([0, 5, 5, 1, 7, 3]);
    expect(countStates(whole, planes, table)).toEqual({ [KEPT]: 6, [LOW_CONFIDENCE]: 2, [DOUBTED]: 1 });
  });

  it('to be accepted at once leave out what was rejected of their class, and what is not kept where only that is wanted', () => {
    const rejected = Uint8Array.of(1, 0, IGNORE, IGNORE, IGNORE, IGNORE, IGNORE, IGNORE, IGNORE, IGNORE);
    const nothing = { planes: { ...planes, classes: Uint8Array.from(planes.classes, (id, i) => (i === 9 ? IGNORE : id)) }, rejected };
    expect([...toPairs(standingPart(nothing), 5)]).toEqual([1, 4, 5, 4]);
    expect([...toPairs(standingPart(nothing, table), 5)]).toEqual([2, 1, 4, 1, 5, 3]);
    expect([...toPairs(standingPart({ planes, rejected: null }), 5)]).toEqual([0, 5, 5, 5]);
  });

  it('are split by value', () => {
    const parts = byValue(wholeImage(planes), planes.classes, 5);
    expect(parts.map(([value, spans]) => [value, [...toPairs(spans, 5)]])).toEqual([
      [0, [6, 1]],
      [1, [0, 5, 5, 1, 7, 3]],
    ]);
  });
});

describe('outlines', () => {
  it('separate exactly the neighbours of which one is inside', () => {
    const [width, height] = [14, 11];
    const rect = { x0: 0, y0: 0, x1: width, y1: height };
    for (let seed = 0; seed < 40; seed++) {
      const next = random(seed);
      const spans = spansOfMask(
        Uint8Array.from({ length: width * height }, () => (next() < 0.5 ? 1 : 0)),
        width,
        rect,
      );
      const mask = maskOfSpans(spans, rect);
      const inside = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] === 1;
      const expected = new Set<string>();
      for (let y = 0; y <= height; y++) {
        for (let x = 0; x <= width; x++) {
          if (inside(x, y) !== inside(x - 1, y)) expected.add(`${x} ${y} ${x} ${y + 1}`);
          if (inside(x, y) !== inside(x, y - 1)) expected.add(`${x} ${y} ${x + 1} ${y}`);
        }
      }
      const drawn = new Set<string>();
      const pieces = outlineOf(spans);
      for (let i = 0; i < pieces.length; i += 4) {
        const [x0, y0, x1, y1] = [pieces[i]!, pieces[i + 1]!, pieces[i + 2]!, pieces[i + 3]!];
        if (x0 === x1) drawn.add(`${x0} ${y0} ${x1} ${y1}`);
        else for (let x = x0; x < x1; x++) drawn.add(`${x} ${y0} ${x + 1} ${y0}`);
      }
      expect(drawn).toEqual(expected);
    }
  });
});
