import { expect, it } from 'vitest';
import type { EpochReport, RunRecord } from '@shared/domain';
import { settingsFrom } from '@shared/settings';
import { expectedSeconds } from './estimate';

const images = { labelled: 3, unlabelled: 4000 };
const settings = settingsFrom('pruning', { epochs: 10, warmup: 1, stepsPerEpoch: 20, batch: 4 });
const epoch = (step: number, seconds: number, beta: number | null = 1): EpochReport => ({
  epoch: step / 20,
  step,
  metrics: { lossSupervised: 1, learningRate: 0.01, ...(beta !== null && { beta, keptByConfidence: 0.5 }) },
  verdict: null,
  seconds,
});
const run: RunRecord = {
  id: 'r',
  number: 1,
  createdAt: '2026-01-01T00:00:00Z',
  status: 'stopped',
  reason: null,
  notes: [],
  comment: '',
  settings,
  labelledImages: 3,
  unlabelledImages: 57,
  epochs: [epoch(20, 2, null), epoch(40, 8), epoch(60, 12)],
  seconds: 22,
  resumable: true,
  predictedImages: 0,
  bestImages: 0,
  reviewedImages: 0,
  predictionProblem: null,
  leftOut: { training: 0, prediction: 0 },
  reviewBeta: null,
  predictable: true,
  continuable: true,
  chain: null,
  labelledPixels: null,
};

it('goes by the speed of a run alike, of the warm-up and of what follows it', () => {
  expect(settings.warmup).toBe(1);
  expect(expectedSeconds(settings, images, [run])).toBeCloseTo(20 * 0.1 + 180 * 0.5);
  expect(expectedSeconds({ ...settings, warmup: 6 }, images, [run])).toBeCloseTo(120 * 0.1 + 80 * 0.5);
  expect(expectedSeconds({ ...settings, crop: 256 }, images, [run])).toBeNull();
  expect(expectedSeconds({ ...settings, unlabelledBatch: 1 }, images, [run])).toBeNull();
});

it('passes over a run that was stopped before it came as far', () => {
  const short = { ...run, epochs: run.epochs.slice(0, 1) };
  expect(expectedSeconds(settings, images, [short])).toBeNull();
  expect(expectedSeconds(settings, images, [short, run])).toBeCloseTo(92);
  expect(expectedSeconds(settings, images, [{ ...run, epochs: [] }])).toBeNull();
});

it('of a run on labels alone needs no other epoch', () => {
  const sup = { ...settings, method: 'sup' } as const;
  expect(expectedSeconds(sup, images, [{ ...run, settings: sup, epochs: [epoch(20, 3, null)], seconds: 3 }])).toBeCloseTo(200 * 0.15);
});

it('counts what a run did beside its epochs, which is most of a head: features, and held-out labels', () => {
  const head = settingsFrom('balanced', { epochs: 4, warmup: 2, stepsPerEpoch: 20 });
  const epochs = [epoch(20, 2, null), epoch(40, 2, null)];
  const chosen: RunRecord = { ...run, status: 'finished', settings: head, epochs, seconds: 64 };
  expect(expectedSeconds(head, images, [chosen])).toBeCloseTo(60 + 40 * 0.1);
  expect(expectedSeconds(head, images, [{ ...chosen, status: 'stopped' }])).toBeNull();
  const whole = { ...chosen, epochs: [...chosen.epochs, epoch(60, 6), epoch(80, 6)], seconds: 76 };
  expect(expectedSeconds(head, images, [whole])).toBeCloseTo(60 + 40 * 0.1 + 40 * 0.3);
});
