import { expect, it } from 'vitest';
import type { EpochReport } from './domain';
import { differingSettings, estimatedMiou, keptShare } from './run-figures';
import { PRESET_SETTINGS, settingsFrom } from './settings';
import type { Verdict } from './verdict';

const epoch = (number: number, metrics: EpochReport['metrics'], verdict: Verdict | null = null): EpochReport => ({
  epoch: number,
  step: number,
  seconds: 1,
  metrics,
  verdict,
});
const verdict: Verdict = {
  chosen: 'unlabelled',
  labels: 0.4,
  unlabelled: 0.5,
  gamma: 0.5,
  began: null,
  images: 3,
  prior: 0,
  scale: 1,
  confidence: 'probability',
  tuning: null,
};

it('a run is as good as its verdict says, else as its best network on held-out labels, else nobody knows', () => {
  expect(estimatedMiou({ epochs: [epoch(1, { teacherMiou: 0.9 }), epoch(2, {}, verdict)] })).toBe(0.5);
  expect(estimatedMiou({ epochs: [epoch(1, { teacherMiou: 0.6 }), epoch(2, { teacherMiou: 0.55 })] })).toBe(0.6);
  expect(estimatedMiou({ epochs: [epoch(1, {})] })).toBeNull();
  expect(estimatedMiou({ epochs: [] })).toBeNull();
});

it('what a run kept is what it kept at its end, after pruning where there is any', () => {
  expect(keptShare({ epochs: [epoch(1, { keptByConfidence: 0.9, keptAfterRefinement: 0.3 }), epoch(2, { keptByConfidence: 0.8 })] })).toBe(
    0.3,
  );
  expect(keptShare({ epochs: [epoch(1, { keptByConfidence: 0.9 }), epoch(2, { keptByConfidence: 0.8 })] })).toBe(0.8);
  expect(keptShare({ epochs: [epoch(1, {})] })).toBeNull();
});

it('settings that differ are told by name', () => {
  const { preset } = PRESET_SETTINGS.quick;
  expect(differingSettings(settingsFrom(preset, { gamma: 0.9, seed: 3 }), PRESET_SETTINGS.quick)).toEqual(['gamma', 'seed']);
});
