import { expect, test } from 'vitest';
import type { RunInputs } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { holdOut, judged } from './hold-out';

function inputsOf(count: number, share: number, seed = 0): RunInputs {
  const labelled = Array.from({ length: count }, (_, id) => ({ id, path: `${id}.png`, width: 8, height: 8, labels: `${id}` }));
  return { version: 1, runId: 'run', classes: [], settings: settingsFrom('pruning', { holdOut: share, seed }), labelled, unlabelled: [] };
}

const ids = (images: RunInputs['labelled']): number[] => images.map(({ id }) => id);

test('holds out the share asked for; every labelled image is on one side', () => {
  const { learnt, heldOut } = holdOut(inputsOf(20, 0.25));
  expect(heldOut).toHaveLength(5);
  expect([...ids(learnt.labelled), ...ids(heldOut)].sort((a, b) => a - b)).toEqual(ids(inputsOf(20, 0).labelled));
});

test('holds out the same images for the same seed, others for another', () => {
  const chosen = (seed: number): number[] => ids(holdOut(inputsOf(40, 0.25, seed)).heldOut);
  expect(chosen(3)).toEqual(chosen(3));
  expect(chosen(3)).not.toEqual(chosen(4));
});

test('judges by what was held out, or by all where nothing was', () => {
  const parted = holdOut(inputsOf(8, 0.25));
  expect(judged(parted).labelled).toEqual(parted.heldOut);
  expect(judged(holdOut(inputsOf(8, 0))).labelled).toHaveLength(8);
});

test.each([
  [4, 0, 0],
  [4, 0.01, 1],
  [2, 0.5, 1],
  [3, 0.5, 2],
  [1, 0.5, 0],
])('of %i images and a share of %f holds out %i', (count, share, expected) => {
  const { learnt, heldOut } = holdOut(inputsOf(count, share));
  expect(heldOut).toHaveLength(expected);
  expect(learnt.labelled).toHaveLength(count - expected);
});
