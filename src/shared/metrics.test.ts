import { expect, it } from 'vitest';
import { EpochReport } from './domain';

const times = { epoch: 3, step: 60, seconds: 1.5 };
const measured = { lossSupervised: 0.7, beta: 0.25, keptByConfidence: 0.9, learningRate: 0.01 };

it('reads the report of an older run, whose metrics were fields of it', () => {
  const none = { lossConsistency: null, lossContrastive: null, keptAfterRefinement: null, meanSimilarity: null, pruningRatio: null };
  const miou = { studentMiou: 0.5, teacherMiou: 0.6 };
  expect(EpochReport.parse({ ...times, ...measured, ...none, ...miou, verdict: null })).toEqual({
    ...times,
    verdict: null,
    metrics: { ...measured, ...miou },
  });
  // Before images could be held out.
  expect(EpochReport.parse({ ...times, ...measured, ...none })).toEqual({ ...times, verdict: null, metrics: measured });
});

it('keeps a metric that it does not know, and refuses what is no number', () => {
  const report = { ...times, verdict: null, metrics: { ...measured, ofAnotherVersion: 2 } };
  expect(EpochReport.parse(report)).toEqual(report);
  expect(EpochReport.safeParse({ ...report, metrics: { beta: 'much' } }).success).toBe(false);
  expect(EpochReport.safeParse({ ...times, ...measured, beta: 'much' }).success).toBe(false);
});
