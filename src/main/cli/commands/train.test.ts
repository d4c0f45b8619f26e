import { expect, test } from 'vitest';
import { commandOf, parse } from '../entry/parse';
import { epochText, resumedRun } from './train';

/** The run that a command line goes on with. */
function resumed(...args: string[]): string | undefined {
  const { command, rest } = commandOf(['train', 'DIR', ...args]);
  return resumedRun(parse(command, rest).values);
}

test('goes on with a run, or begins one', () => {
  expect(resumed('--resume', 'run-0001', '--predict', '--json')).toBe('run-0001');
  expect(resumed('--method', 'sup')).toBeUndefined();
});

test.each([
  ['--method', 'sup'],
  ['--preset', 'quick'],
  ['--epochs', '4'],
  ['--seed', '1'],
  ['--from', 'run-0002'],
  ['--unlabelled', 'file'],
  ['--set', 'gamma=0.8'],
])('changes no setting of a run it goes on with: %s %s', (...setting) => {
  expect(() => resumed('--resume', 'run-0001', ...setting)).toThrow(`A resumed run keeps its settings, so leave out ${setting[0]}.`);
});

test('tells of an epoch what its run has, and speaks of pruning only where something was pruned', () => {
  const report = { epoch: 3, step: 60, seconds: 1.5, verdict: null };
  const labels = { lossSupervised: 0.5, learningRate: 0.01 };
  expect(epochText({ ...report, metrics: labels }, 10)).toBe('epoch 3/10  sup 0.5000  1.5 s');
  const sure = { ...labels, lossConsistency: 0.25, keptByConfidence: 0.9, keptAfterRefinement: 0.9, beta: 0.4 };
  expect(epochText({ ...report, metrics: sure }, 10)).toBe('epoch 3/10  sup 0.5000  cons 0.2500  90.0 % confident  1.5 s');
  const pruned = { ...sure, lossContrastive: 2, keptAfterRefinement: 0.8, meanSimilarity: 0.95 };
  expect(epochText({ ...report, metrics: pruned }, 10)).toBe(
    'epoch 3/10  sup 0.5000  cons 0.2500  cont 2.0000  β 0.400  kept 80.0 % of 90.0 % confident  1.5 s',
  );
});
