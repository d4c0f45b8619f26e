import { expect, it } from 'vitest';
import type { RunInputs } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { WorkPlan } from './work-plan';

const file = { path: 'a.png', width: 10, height: 20 };
/** 3 epochs of 2 steps, the first on labels alone. */
const inputs: RunInputs = {
  version: 1,
  runId: 'run-0001',
  classes: [{ id: 0, name: 'a', color: '#000000', position: 0 }],
  settings: settingsFrom('pruning', { epochs: 3, warmup: 1, crop: 32, batch: 1, unlabelledBatch: 2, stepsPerEpoch: null }),
  labelled: [{ ...file, id: 1, labels: 'labels/1.png' }],
  unlabelled: [2, 3, 4, 5].map((id) => ({ ...file, id, rejected: null })),
};
const plan = new WorkPlan(inputs, [{ ...file, id: 6, labels: 'labels/6.png' }], { round: 7, calibration: 70 });
const at = (step: number, place: { atEnd?: boolean; ready?: boolean; calibrated?: boolean } = {}) =>
  plan.left({ step, atEnd: false, ready: false, calibrated: false, ...place });

const [SUPERVISED, SEMI] = [3 * 32 ** 2, 3 * 32 ** 2 + 4.5 * 2 * 32 ** 2];
const EVALUATION = 2 * 200;

it('counts steps, rounds, measurements and savings that are still to come', () => {
  expect(at(0)).toEqual({
    supervised: 2 * SUPERVISED,
    semiSupervised: 4 * SEMI,
    evaluation: 3 * EVALUATION,
    saving: 3 * SUPERVISED,
    round: 14,
    calibration: 70,
  });
  expect(at(1)).toMatchObject({ supervised: SUPERVISED, semiSupervised: 4 * SEMI, evaluation: 3 * EVALUATION, round: 14 });
});

it("knows at an epoch's end what of it is still to be done", () => {
  expect(at(2, { atEnd: true })).toMatchObject({ supervised: 0, evaluation: 3 * EVALUATION, saving: 3 * SUPERVISED, round: 14 });
  expect(at(2)).toMatchObject({ evaluation: 2 * EVALUATION, saving: 2 * SUPERVISED, round: 14, calibration: 70 });
  expect(at(2, { ready: true, calibrated: true })).toMatchObject({ semiSupervised: 4 * SEMI, round: 7, calibration: 0 });
  expect(at(3, { calibrated: true })).toMatchObject({ semiSupervised: 3 * SEMI, evaluation: 2 * EVALUATION, round: 7 });
});

it('has nothing left at the end', () => {
  expect(Object.values(at(6, { calibrated: true })).every((units) => units === 0)).toBe(true);
});
