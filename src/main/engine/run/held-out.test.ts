import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EpochReport } from '@shared/domain';
import type { TrainProgress } from '@shared/protocol';
import type { TrainSettings } from '@shared/settings';
import { readPng, writePng } from '../../media/png';
import { holdOut } from '../data/hold-out';
import { TestEngine } from '../test-engine';
import { readInputs } from './inputs';
import { testRun, testSettings } from './test-run';

const MINUTES = 60_000;

let engine: TestEngine;
const folders: string[] = [];
beforeAll(async () => {
  engine = await TestEngine.build();
});
afterAll(() => {
  engine.remove();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

async function newRun(settings: TrainSettings): Promise<string> {
  const folder = await testRun(settings);
  folders.push(folder);
  return folder;
}

/** The loss of each step. */
async function losses(folder: string): Promise<(number | null)[]> {
  const told: (number | null)[] = [];
  const progress = ({ step, loss }: TrainProgress) => void (told[step] = loss);
  await engine.handlers()['engine.train']({ folder }, { signal: new AbortController().signal, progress });
  return told;
}

describe('holding out images', () => {
  const settings = testSettings({ method: 'sup', epochs: 2, holdOut: 0.5 });

  test('measures both networks on them after every epoch, and keeps the best of each', { timeout: 3 * MINUTES }, async () => {
    const folder = await newRun(settings);
    const reports: EpochReport[] = [];
    const context = {
      signal: new AbortController().signal,
      progress: ({ report }: TrainProgress) => void (report && reports.push(report)),
    };
    await engine.handlers()['engine.train']({ folder }, context);
    expect(reports).toHaveLength(2);
    const { heldOut } = holdOut(await readInputs(folder));
    const [{ labels, ...image }] = heldOut as [(typeof heldOut)[0]];
    const name = basename(labels, '.png');
    const params = { folder, images: [{ ...image, name }], truth: join(folder, dirname(labels)) };
    const evaluations = await engine.handlers()['engine.evaluate'](params, { ...context, progress: () => undefined });
    expect(evaluations.map(({ network, bestEpoch }) => [network, bestEpoch !== null])).toEqual([
      ['student', false],
      ['teacher', false],
      ['student', true],
      ['teacher', true],
    ]);
    for (const { network, bestEpoch, miou } of evaluations) {
      const measured = reports.map((report) => (network === 'student' ? report.studentMiou! : report.teacherMiou!));
      expect(miou).toBeCloseTo(bestEpoch === null ? measured.at(-1)! : Math.max(...measured), 9);
      if (bestEpoch !== null) expect(measured[bestEpoch - 1]).toBeCloseTo(miou, 9);
    }
  });

  test('learns nothing from them', { timeout: 3 * MINUTES }, async () => {
    const told = await losses(await newRun(settings));
    const folder = await newRun(settings);
    const { heldOut } = holdOut(await readInputs(folder));
    // Every labelled pixel is of the other class now.
    const file = join(folder, heldOut[0]!.labels);
    const mask = await readPng(file);
    await writePng(file, { ...mask, data: mask.data.map((id) => (id === 4 ? 0 : 4)) });
    expect(await losses(folder)).toEqual(told);
  });
});
