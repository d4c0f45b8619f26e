import { expect, it } from 'vitest';
import { settingsFrom } from '@shared/settings';
import { HeadSchedule } from './schedule';

it('takes β of a step from the curriculum as the settings count it', () => {
  const settings = settingsFrom('balanced', { epochs: 4, warmup: 2, curriculumFrom: 'unlabelled' });
  const schedule = new HeadSchedule(settings, 10, true);
  expect([schedule.supervised, schedule.steps]).toEqual([20, 40]);
  expect([0, 19].map((step) => schedule.beta(step))).toEqual([null, null]);
  expect([20, 29].map((step) => schedule.beta(step))).toEqual([1, 1]);
  expect(schedule.beta(30)).toBeCloseTo(1 - 0.5 ** 0.3);
  const literal = new HeadSchedule({ ...settings, curriculumFrom: 'run' }, 10, true);
  expect(literal.beta(20)).toBeCloseTo(1 - 0.5 ** 0.3);
  expect(new HeadSchedule({ ...settings, curriculum: false }, 10, true).beta(39)).toBe(1);
});

it('learns from labels alone where there is nothing else', () => {
  const schedule = new HeadSchedule(settingsFrom('balanced', { epochs: 4, warmup: 2 }), 10, false);
  expect([schedule.supervised, schedule.steps]).toEqual([40, 40]);
});
