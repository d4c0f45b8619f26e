import { expect, it } from 'vitest';
import { settingsFrom } from '@shared/settings';
import { teachingOf } from './words';

const epoch = (epoch: number, metrics: Record<string, number>) => ({ epoch, step: epoch, seconds: 1, verdict: null, metrics });

it('says what taught the network that a run gives, which may be less than its method', () => {
  const settings = settingsFrom('balanced');
  const labels = [epoch(1, { lossSupervised: 1 })];
  const both = [...labels, epoch(2, { lossSupervised: 1, lossConsistency: 1 })];
  expect(teachingOf({ settings, status: 'finished', epochs: both })).toBe('by confidence');
  expect(teachingOf({ settings, status: 'finished', epochs: labels })).toBe('labels only');
  expect(teachingOf({ settings, status: 'running', epochs: labels })).toBe('by confidence');
  expect(teachingOf({ settings: null, status: 'finished', epochs: [] })).toBe('of another version');
});
