import { describe, expect, test } from 'vitest';
import type { Pruning, PruningPoint, PruningSweep } from '@shared/analysis';
import { bisection, bisectionSteps, choicesOf } from './pruning-choice';
import { RATIOS } from './pruning-sweep';

const point = (ratio: number, accuracy: number | null, scope: Pruning['scope'] = 'backbone'): PruningPoint => ({
  scope,
  granularity: 'global',
  ratio,
  accuracy,
  auc: { similarity: null, refined: null },
  kept: { right: null, wrong: null },
});

describe('the rule', () => {
  const chosen = (points: PruningPoint[], teacher: number | null) => choicesOf(points, teacher).map(({ ratio, within }) => [ratio, within]);

  test('takes the largest ratio within one percentage point of the teacher, also beyond one that is not', () => {
    expect(chosen([point(0.1, 0.8), point(0.2, 0.78), point(0.3, 0.791), point(0.4, 0.5)], 0.8)).toEqual([[0.3, true]]);
    expect(chosen([point(0.4, 0.789), point(0.1, 0.795)], 0.8)).toEqual([[0.1, true]]);
  });

  test('takes the smallest one tried, and says so, where none is', () => {
    expect(chosen([point(0.2, 0.5), point(0.1, 0.6)], 0.8)).toEqual([[0.1, false]]);
    expect(chosen([point(0.1, null)], null)).toEqual([[0.1, false]]);
  });

  test('speaks for each way of pruning apart', () => {
    const points = [point(0.1, 0.8), point(0.5, 0.8), point(0.1, 0.8, 'encoder'), point(0.5, 0.7, 'encoder')];
    expect(choicesOf(points, 0.8).map(({ scope, ratio }) => [scope, ratio])).toEqual([
      ['backbone', 0.5],
      ['encoder', 0.1],
    ]);
  });
});

describe('halving', () => {
  const prunings = RATIOS.map((ratio): Pruning => ({ scope: 'backbone', granularity: 'global', ratio }));
  const teacher: PruningSweep['teacher'] = { accuracy: 0.8, auc: null, kept: { right: null, wrong: null } };

  /** The ratios measured of a teacher whose pruned accuracies these are, and the choice among them. */
  function search(accuracies: readonly number[]): { tried: number[]; chosen: number } {
    const next = bisection(prunings);
    const points: PruningPoint[] = [];
    for (let pruning = next({ teacher, points }); pruning; pruning = next({ teacher, points })) {
      points.push(point(pruning.ratio, accuracies[prunings.indexOf(pruning)]!));
    }
    return { tried: points.map(({ ratio }) => ratio), chosen: choicesOf(points, teacher.accuracy)[0]!.ratio };
  }

  test('finds what trying every ratio finds, wherever accuracy breaks down', () => {
    for (let breaking = 0; breaking <= RATIOS.length; breaking++) {
      const accuracies = RATIOS.map((_, i) => (i < breaking ? 0.8 : 0.5));
      const { tried, chosen } = search(accuracies);
      expect(chosen).toBe(
        choicesOf(
          prunings.map(({ ratio }, i) => point(ratio, accuracies[i]!)),
          0.8,
        )[0]!.ratio,
      );
      expect(new Set(tried).size).toBe(tried.length);
      expect(tried.length).toBeLessThanOrEqual(bisectionSteps(RATIOS.length));
    }
    expect(bisectionSteps(RATIOS.length)).toBe(4);
  });

  test('measures what it chooses, also where accuracy rises again', () => {
    const { tried, chosen } = search([0.8, 0.8, 0.8, 0.5, 0.8, 0.5, 0.8, 0.5, 0.8]);
    expect(tried).toContain(chosen);
    expect(chosen).toBe(0.7);
  });
});
