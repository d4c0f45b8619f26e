import { expect, it } from 'vitest';
import { emptyConfusion, type Confusion } from '../core/metrics/confusion';
import { foldsOf, PRIORS, Trial } from './cross-fit';

it('holds out each image once, and none where there is only one', () => {
  const folds = foldsOf(7, 1);
  expect(folds.map(({ length }) => length)).toEqual([3, 2, 2]);
  expect(folds.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(foldsOf(2, 1)).toHaveLength(2);
  expect(foldsOf(1, 1)).toEqual([]);
});

/** Of 100 pixels of each of two classes as many are right; `best`: where τ is this, all others have ten less. */
function said(right: number, best: number): Confusion[] {
  return PRIORS.map((prior) => {
    const confusion = emptyConfusion(2);
    const count = prior === best ? right : right - 10;
    confusion.counts.set([count, 100 - count, 100 - count, count]);
    return confusion;
  });
}

it('chooses unlabelled images where they add to labels alone, and half of the prior that does best with them', () => {
  const trial = new Trial(2);
  trial.addLabels(said(80, 0));
  trial.addUnlabelled(said(95, 1));
  expect(trial.verdict(6)).toMatchObject({ chosen: 'unlabelled', prior: 0.5, images: 6 });
});

it('chooses labels alone where unlabelled images add nothing over all folds, at the same prior', () => {
  const trial = new Trial(2);
  for (const [labels, unlabelled] of [
    [70, 85],
    [90, 70],
  ] as const) {
    trial.addLabels(said(labels, 0));
    trial.addUnlabelled(said(unlabelled, 0));
  }
  const verdict = trial.verdict(6);
  expect(verdict).toMatchObject({ chosen: 'labels', prior: 0 });
  expect(verdict.labels).toBeGreaterThan(verdict.unlabelled!);
});

it('judges labels alone where there is nothing beside them', () => {
  const trial = new Trial(2);
  trial.addLabels(said(80, -0.5));
  expect(trial.verdict(3)).toMatchObject({ chosen: 'labels', unlabelled: null, prior: -0.25 });
});
