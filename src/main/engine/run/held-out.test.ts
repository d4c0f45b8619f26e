import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPng, writePng } from '../../media/png';
import { holdOut } from '../data/hold-out';
import { readInputs } from '../checkpoint/inputs';
import { plain, testSettings } from '../testing/run';
import { TestTrainings } from '../testing/training';

const MINUTES = 60_000;

const trainings = new TestTrainings();

describe('holding out images', () => {
  const settings = testSettings({ method: 'sup', epochs: 2, holdOut: 0.5 });

  test('measures both networks on them after every epoch, and keeps the best of each', { timeout: 3 * MINUTES }, async () => {
    const folder = await trainings.newRun(settings);
    const { reports } = await trainings.train(folder);
    expect(reports).toHaveLength(2);
    const { heldOut } = holdOut(await readInputs(folder));
    const [{ labels, ...image }] = heldOut as [(typeof heldOut)[0]];
    const params = { folder, best: false, images: [{ ...image, name: 'held out', truth: join(folder, labels) }] };
    const evaluations = await trainings.engine.handlers()['engine.evaluate'](params, {
      signal: new AbortController().signal,
      progress: () => undefined,
    });
    expect(evaluations.map(({ network, bestEpoch }) => [network, bestEpoch !== null])).toEqual([
      ['student', false],
      ['teacher', false],
      ['student', true],
      ['teacher', true],
    ]);
    for (const { network, bestEpoch, miou } of evaluations) {
      const measured = reports.map((report) => (network === 'student' ? report.metrics.studentMiou! : report.metrics.teacherMiou!));
      expect(miou).toBeCloseTo(bestEpoch === null ? measured.at(-1)! : Math.max(...measured), 9);
      if (bestEpoch !== null) expect(measured[bestEpoch - 1]).toBeCloseTo(miou, 9);
    }
  });

  test('stops while it measures them, and measures them when it goes on', { timeout: 3 * MINUTES }, async () => {
    const images = [plain, plain, plain, plain, plain, plain];
    const whole = await trainings.train(await trainings.newRun(settings, images));
    const folder = await trainings.newRun(settings, images);
    const controller = new AbortController();
    const measured: number[] = [];
    const { status, step } = await trainings.engine.handlers()['engine.train'](
      { folder },
      {
        signal: controller.signal,
        progress: ({ phase, step, news }) => {
          expect(news).toEqual([]);
          if (phase !== 'evaluating') return;
          measured.push(step);
          controller.abort();
        },
      },
    );
    // Three images and two networks; those under way when it is told to stop are finished.
    expect([status, step, measured.length < 6]).toEqual(['stopped', 3, true]);
    const { reports } = await trainings.train(folder);
    const without = (told: typeof reports) => told.map((report) => ({ ...report, seconds: 0 }));
    expect(without(reports)).toEqual(without(whole.reports));
  });

  test('learns nothing from them', { timeout: 3 * MINUTES }, async () => {
    const { losses } = await trainings.train(await trainings.newRun(settings));
    const folder = await trainings.newRun(settings);
    const { heldOut } = holdOut(await readInputs(folder));
    // Every labelled pixel is of the other class now.
    const file = join(folder, heldOut[0]!.labels);
    const mask = await readPng(file);
    await writePng(file, { ...mask, data: mask.data.map((id) => (id === 4 ? 0 : 4)) });
    expect((await trainings.train(folder)).losses).toEqual(losses);
  });
});
