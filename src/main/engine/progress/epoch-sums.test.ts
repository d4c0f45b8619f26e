import { expect, it } from 'vitest';
import { EpochSums } from './epoch-sums';

const standing = { epoch: 1, step: 4, beta: null, learningRate: 1, pruningRatio: null, studentMiou: null, teacherMiou: null };

it('reports means and time of all steps of an epoch, those before it was interrupted among them', () => {
  const before = new EpochSums();
  expect(before.isEmpty).toBe(true);
  for (const sup of [1, 2]) {
    before.add({ sup: Float32Array.of(sup) });
    before.spend(0.25);
  }
  const after = new EpochSums(before.toRecord());
  expect(after.isEmpty).toBe(false);
  for (const sup of [4, 5]) {
    after.add({ sup: Float32Array.of(sup) });
    after.spend(0.5);
  }
  expect(after.report(standing)).toMatchObject({ ...standing, lossSupervised: 3, lossConsistency: null, seconds: 1.5 });
});
