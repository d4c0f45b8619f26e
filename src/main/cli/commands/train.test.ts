import { expect, test } from 'vitest';
import { commandOf, parse } from '../entry/parse';
import { resumedRun } from './train';

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
  ['--unlabelled', 'file'],
  ['--set', 'gamma=0.8'],
])('changes no setting of a run it goes on with: %s %s', (...setting) => {
  expect(() => resumed('--resume', 'run-0001', ...setting)).toThrow(`A resumed run keeps its settings, so leave out ${setting[0]}.`);
});
