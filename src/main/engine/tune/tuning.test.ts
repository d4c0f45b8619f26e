import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EpochReport } from '@shared/domain';
import type { TrainTelling } from '@shared/protocol';
import { settingsFrom, type TrainSettings } from '@shared/settings';
import { readCheckpoint } from '../checkpoint/checkpoint';
import { readInputs } from '../checkpoint/inputs';
import { plain } from '../testing/run';
import { TestTrainings } from '../testing/training';

const PATIENT = 300_000;
const trainings = new TestTrainings();
const RUN = [plain, plain, plain];

/** So little time that a round follows its head, or two. */
function settings(changes: Partial<TrainSettings> = {}): TrainSettings {
  const small = { epochs: 4, warmup: 2, stepsPerEpoch: 5, pixels: 32, viewScale: 1, threads: 1, compiled: false, crop: 32, batch: 1 };
  return settingsFrom('overnight', { ...small, lrBackbone: 1e-3, hours: 1e-6, ...changes });
}

interface Told {
  readonly status: string;
  readonly reports: EpochReport[];
  readonly steps: number;
  readonly phases: TrainTelling['phase'][];
}

/** @param stopAt steps of the tuning after which it is stopped */
async function train(folder: string, stopAt = Infinity): Promise<Told> {
  const controller = new AbortController();
  const [reports, phases]: [EpochReport[], TrainTelling['phase'][]] = [[], []];
  let steps = 0;
  const { status } = await trainings.engine.handlers()['engine.train'](
    { folder },
    {
      signal: controller.signal,
      progress: ({ phase, loss, news }: TrainTelling) => {
        phases.push(phase);
        for (const each of news) if (each.kind === 'epoch') reports.push(each.report);
        if (phase === 'tuning' && loss !== null && ++steps === stopAt) controller.abort();
      },
    },
  );
  return { status, reports, steps, phases };
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

describe('a network that is trained from its head on', () => {
  let [folder, told]: [string, Told] = ['', undefined!];
  beforeAll(async () => {
    folder = await trainings.newRun(settings(), RUN);
    told = await train(folder);
  }, PATIENT);

  it('takes at least one round by networks of folds and one that the run may give, and says what it was worth', async () => {
    expect(told.status).toBe('finished');
    // Three folds and the whole, five steps each.
    expect(told.steps).toBe(4 * 5);
    const last = told.reports.at(-1)!;
    const { tuning, chosen } = last.verdict!;
    expect(last.epoch).toBe((chosen === 'unlabelled' ? 4 : 2) + 1);
    expect(last.metrics.tunedMiou).toBeGreaterThan(0.2);
    expect(tuning!.after).toBe(Math.max(tuning!.before, last.metrics.tunedMiou!));
    expect(tuning!.steps).toBe(tuning!.after > tuning!.before + 0.03 ? 5 : 0);
    expect(await isThere(join(folder, 'tuning'))).toBe(false);
  });

  it('gives the network of the best round, its backbone learnt too, or its head where no round was better', async () => {
    const checkpoint = (await readCheckpoint(folder, await readInputs(folder)))!;
    const { tuning } = told.reports.at(-1)!.verdict!;
    const head = told.reports.at(-2)!;
    expect(checkpoint.step).toBe(head.step + tuning!.steps);
    const { confidence } = told.reports.at(-1)!.verdict!;
    expect(confidence).toBe(checkpoint.confidence ? 'fitted' : 'probability');
  });
});

it(
  'goes on where it was stopped, without its head being trained again, as if it had not been',
  async () => {
    const [whole, parts] = await Promise.all([0, 1].map(() => trainings.newRun(settings(), RUN)));
    const expected = await train(whole!);
    const stopped = await train(parts!, 8);
    expect(stopped).toMatchObject({ status: 'stopped' });
    const resumed = await train(parts!);
    expect(resumed.status).toBe('finished');
    expect(resumed.phases).not.toContain('features');
    // The second network's turn begins again, the first one's is done.
    expect(resumed.steps).toBe(3 * 5);
    const figure = ({ reports }: Told): number => reports.at(-1)!.metrics.tunedMiou!;
    expect(figure(resumed)).toBeCloseTo(figure(expected), 6);
  },
  PATIENT,
);

it(
  'says so where what it had reached is damaged, and leaves its head as it is',
  async () => {
    const folder = await trainings.newRun(settings(), RUN);
    await train(folder, 8);
    await writeFile(join(folder, 'tuning', '1.safetensors'), 'damaged');
    await expect(train(folder)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
    expect((await readCheckpoint(folder, await readInputs(folder)))!.confidence).not.toBeUndefined();
  },
  PATIENT,
);

it(
  'is not tried where nothing can say whether it helps',
  async () => {
    const folder = await trainings.newRun(settings(), [plain]);
    const { status, steps } = await train(folder);
    expect([status, steps]).toEqual(['finished', 0]);
  },
  PATIENT,
);
