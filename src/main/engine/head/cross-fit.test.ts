import { expect, it } from 'vitest';
import { Answers } from './answers';
import { type Beside, foldsOf, verdictOf } from './cross-fit';
import { tableOf } from './test-table';

it('holds out each image once, and none where there is only one', () => {
  const folds = foldsOf(7, 1);
  expect(folds.map(({ length }) => length)).toEqual([3, 2, 2]);
  expect(folds.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(foldsOf(2, 1)).toHaveLength(2);
  expect(foldsOf(1, 1)).toEqual([]);
});

it('leaves images in the folds that they were in, and spreads the others over the smallest', () => {
  const folds = foldsOf(8, 1, [[5, 0], [2], [7]]);
  expect(folds.map((fold, i) => fold.slice(0, [2, 1, 1][i]))).toEqual([[5, 0], [2], [7]]);
  expect(folds.map(({ length }) => length).sort()).toEqual([2, 3, 3]);
  expect(folds.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  // A fold whose images are gone keeps its place, and a third one has new images alone.
  expect(foldsOf(2, 1, [[0], [], [1]])).toEqual([[0], [], [1]]);
  expect(foldsOf(3, 1, [[0], [1]])).toEqual([[0], [1], [2]]);
});

/**
 * Heads of which each gets so many of 100 pixels of each of two classes right, by a margin that no prior changes. `best` ≠ 0: ten more
 * of the first class at this τ and beyond.
 */
function said(heads: readonly number[], best = 0): Answers {
  const answers = new Answers(2);
  const labels = Array.from({ length: 200 }, (_, i) => Number(i >= 100));
  for (const right of heads) {
    const logits = labels.flatMap((label, i) => {
      const rank = i % 100;
      const near = best !== 0 && rank >= right && rank < right + 10;
      // How far the right class is ahead.
      const ahead = near && label === 0 ? 0.1 - Math.abs(best) : rank < right || near ? 5 : -5;
      return label === 0 ? [ahead, 0] : [0, ahead];
    });
    answers.add(Float32Array.from(logits), tableOf(labels, new Float32Array(200), 1, 2), Float64Array.from([Math.sign(best), 0]));
  }
  return answers;
}

const besideOf = (answers: Answers, gamma = 0.5): Beside[] => [{ gamma, answers }];

it('chooses unlabelled images where they add to labels alone, and half of the prior that does best with them', () => {
  expect(verdictOf(said([70]), besideOf(said([80], 1)), 6, 1.4)).toMatchObject({ scale: 1.4 });
  expect(verdictOf(said([70]), besideOf(said([80], 1)), 6, 1.4)).toMatchObject({ chosen: 'unlabelled', prior: 0.5, images: 6 });
});

it('chooses labels alone where unlabelled images add nothing over all folds, and no prior where none does better', () => {
  const verdict = verdictOf(said([70, 90]), besideOf(said([85, 70])), 6, 1);
  expect(verdict).toMatchObject({ chosen: 'labels', prior: 0 });
  expect(verdict.labels).toBeCloseTo(160 / 240);
  expect(verdict.unlabelled).toBeCloseTo(155 / 245);
});

it('takes unlabelled images that add little, and none that only do as well', () => {
  expect(verdictOf(said([80]), besideOf(said([81])), 6, 1).chosen).toBe('unlabelled');
  expect(verdictOf(said([80]), besideOf(said([80])), 6, 1).chosen).toBe('labels');
});

it('learns with the γ that does best, the first of equals', () => {
  const tried = (first: number, second: number): Beside[] => [...besideOf(said([first]), 0.5), ...besideOf(said([second]), 0.7)];
  expect(verdictOf(said([70]), tried(80, 82), 6, 1)).toMatchObject({ chosen: 'unlabelled', gamma: 0.7 });
  expect(verdictOf(said([70]), tried(80, 80), 6, 1)).toMatchObject({ chosen: 'unlabelled', gamma: 0.5 });
  expect(verdictOf(said([90]), tried(80, 82), 6, 1)).toMatchObject({ chosen: 'labels', gamma: 0.7 });
});

it('judges labels alone where there is nothing beside them', () => {
  expect(verdictOf(said([80], -0.5), [], 3, 1)).toMatchObject({ chosen: 'labels', unlabelled: null, gamma: null, prior: -0.25 });
});
