import { expect, it } from 'vitest';
import type { RunInputs } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { RandomStream } from '@shared/random';
import { drawCrop, insideOf } from '../data/augment/weak-view';
import { planTuning, tuningCrop } from './plan';

function inputs(...sizes: readonly (readonly [width: number, height: number])[]): RunInputs {
  const labelled = sizes.map(([width, height], i) => ({ id: i + 1, path: `${i}.png`, width, height, labels: `${i}.png` }));
  const settings = settingsFrom('overnight', { crop: 352, batch: 2 });
  return {
    version: 1,
    runId: 'run-0001',
    classes: [{ id: 4, name: 'a', color: '#808080', position: 0 }],
    settings,
    labelled,
    unlabelled: [],
  };
}

it('takes crops that the backbone can look at', () => {
  const { settings } = inputs([200, 180]);
  expect(tuningCrop({ ...settings, crop: 350 })).toBe(336);
  expect(tuningCrop({ ...settings, crop: 32 })).toBe(32);
  expect(tuningCrop({ ...settings, crop: 350, backbone: 'dinov2-small' })).toBe(350);
  expect(tuningCrop({ ...settings, crop: 32, backbone: 'dinov2-small' })).toBe(42);
});

it('shows no padding in any crop, however unlike the images are in size', () => {
  const run = inputs([480, 360], [120, 900]);
  const plan = planTuning(run, '/run', 1, true);
  expect(plan).toMatchObject({ crop: 352, batch: 2, unlabelledFrom: 0 });
  for (const { width, height } of run.labelled)
    for (let i = 0; i < 200; i++) {
      const crop = drawCrop(width, height, plan.crop, new RandomStream(i), plan.resizing);
      const { rows, columns } = insideOf(crop);
      expect([rows[1] - rows[0], columns[1] - columns[0]]).toEqual([plan.crop, plan.crop]);
    }
});

it('learns from the unlabelled images only where it is told to', () => {
  expect(planTuning(inputs([480, 360]), '/run', 1, false).unlabelledFrom).toBe(Infinity);
});
