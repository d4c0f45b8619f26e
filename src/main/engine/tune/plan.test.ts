import { expect, it } from 'vitest';
import type { RunInputs } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { RandomStream } from '@shared/random';
import { drawCrop, insideOf } from '../data/augment/weak-view';
import { planTuning, tuningSize } from './plan';

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

it.each([
  ['large', [[1000, 800]], 1, { crop: 352, batch: 2 }],
  ['small, enlarged', [[200, 180]], 2, { crop: 352, batch: 2 }],
  ['small', [[200, 180]], 1, { crop: 176, batch: 8 }],
  ['tiny', [[20, 10]], 1, { crop: 32, batch: 64 }],
] as const)('takes crops that images fill: %s', (_name, sizes, scale, size) => {
  const run = inputs(...sizes);
  expect(tuningSize(run, scale)).toEqual(size);
});

it('takes crops that a backbone of another grid can look at', () => {
  const run = inputs([200, 180]);
  expect(tuningSize({ ...run, settings: { ...run.settings, backbone: 'dinov2-small' } }, 1)).toEqual({ crop: 168, batch: 8 });
});

it('shows no padding in any crop, however unlike the images are in size', () => {
  const run = inputs([480, 360], [120, 900]);
  const size = tuningSize(run, 1);
  const plan = planTuning({ ...run, settings: { ...run.settings, ...size } }, '/run', 1, true);
  expect(plan).toMatchObject({ crop: size.crop, batch: size.batch, unlabelledFrom: 0 });
  for (const { width, height } of run.labelled)
    for (let i = 0; i < 200; i++) {
      const crop = drawCrop(width, height, plan.crop, new RandomStream(i), plan.scales);
      const { rows, columns } = insideOf(crop);
      expect([rows[1] - rows[0], columns[1] - columns[0]]).toEqual([plan.crop, plan.crop]);
    }
});

it('learns from the unlabelled images only where it is told to', () => {
  expect(planTuning(inputs([480, 360]), '/run', 1, false).unlabelledFrom).toBe(Infinity);
});
