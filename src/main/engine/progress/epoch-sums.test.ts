import { expect, it } from 'vitest';
import { EpochSums } from './epoch-sums';

const end = { epoch: 1, step: 4, metrics: { beta: null, learningRate: 1 } };

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
  const metrics = { learningRate: 1, lossSupervised: 3 };
  expect(after.report(end)).toEqual({ epoch: 1, step: 4, verdict: null, metrics, seconds: 1.5 });
});
