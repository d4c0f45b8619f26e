import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EpochReport } from '@shared/domain';
import type { TrainTelling } from '@shared/protocol';
import { RUN_FILES } from '@shared/run';
import { settingsFrom, type TrainSettings } from '@shared/settings';
import { readCheckpoint } from '../checkpoint/checkpoint';
import { readInputs } from '../checkpoint/inputs';
import { plain } from '../testing/run';
import { TestTrainings } from '../testing/training';

/** Long, for a machine that has much else to do. */
const PATIENT = 300_000;
const trainings = new TestTrainings();

function settings(changes: Partial<TrainSettings> = {}): TrainSettings {
  return settingsFrom('balanced', {
    epochs: 4,
    warmup: 2,
    stepsPerEpoch: 10,
    pixels: 32,
    quota: 0.5,
    viewScale: 1,
    threads: 1,
    compiled: false,
    ...changes,
  });
}

interface Told {
  readonly phases: Set<TrainTelling['phase']>;
  readonly reports: EpochReport[];
  readonly tellings: TrainTelling[];
}

async function train(folder: string, stopIn?: TrainTelling['phase']): Promise<Told & { status: string }> {
  const controller = new AbortController();
  const told: Told = { phases: new Set(), reports: [], tellings: [] };
  const { status } = await trainings.engine.handlers()['engine.train'](
    { folder },
    {
      signal: controller.signal,
      progress: (progress: TrainTelling) => {
        told.phases.add(progress.phase);
        told.tellings.push(progress);
        for (const news of progress.news) if (news.kind === 'epoch') told.reports.push(news.report);
        if (progress.phase === stopIn) controller.abort();
      },
    },
  );
  return { ...told, status };
}

describe('a pixel head', () => {
  let folder: string;
  let told: Awaited<ReturnType<typeof train>>;
  beforeAll(async () => {
    folder = await trainings.newRun(settings(), [plain, plain, plain]);
    told = await train(folder);
  }, PATIENT);

  it('computes features, asks held-out labels and says what they say, and gives the head that they chose', async () => {
    expect(told.status).toBe('finished');
    expect([...told.phases]).toEqual(expect.arrayContaining(['features', 'judging', 'warmup']));
    const verdict = told.reports.at(-1)!.verdict!;
    expect(verdict).toMatchObject({ images: 3 });
    expect(verdict.labels).toBeGreaterThan(0.6);
    expect(told.reports).toHaveLength(verdict.chosen === 'unlabelled' ? 4 : 2);
    expect(told.reports.slice(0, -1).every((report) => report.verdict === null)).toBe(true);
    const checkpoint = await readCheckpoint(folder, await readInputs(folder));
    expect(checkpoint!.step).toBe(10 * told.reports.length);
    expect(verdict.confidence).toBe(checkpoint!.confidence ? 'fitted' : 'probability');
  });

  it('tells from its first view on all that is left, in one measure with what it did: nothing is added or forgotten on the way', () => {
    const works = told.tellings.flatMap(({ work, left }) => (work ? [{ ...work, left }] : []));
    const of = (kind: string): typeof works => works.filter((work) => work.kind === kind);
    // The head's program, and the backbone's for labelled and for unlabelled images.
    expect(of('opening').map(({ units, left }) => [units, left.opening])).toEqual([
      [1, 2],
      [1, 1],
      [1, 0],
    ]);
    // The first view of a shape, and the first step of a kind, took the making of the network: they say nothing of the others.
    expect(of('features')[0]).toMatchObject({ units: 0 });
    for (const kind of ['supervised', 'beside']) expect(of(kind)[0]).toMatchObject({ units: 0 });
    for (const kind of ['features', 'supervised', 'beside']) {
      const [first, ...rest] = of(kind).filter(({ left }) => left[kind] !== undefined);
      // What one telling says is left, the later ones do, but for steps of unlabelled pixels where held-out labels speak against them.
      let before = first!.left[kind]!;
      for (const { units, left } of rest) {
        expect(before - left[kind]!, kind).toBeGreaterThanOrEqual(units - 1);
        before = left[kind]!;
      }
      expect(before, kind).toBe(0);
    }
    const views = told.tellings.find(({ phase }) => phase === 'features')!;
    expect(views.left.features).toBeGreaterThan(views.steps * 30_000);
  });

  it(
    'predicts images that it has not learnt from',
    async () => {
      const inputs = await readInputs(folder);
      const handlers = trainings.engine.handlers();
      const shares: number[] = [];
      await handlers['engine.predict'](
        { folder, images: inputs.unlabelled, best: false },
        {
          signal: new AbortController().signal,
          progress: ({ news }) => news.forEach((each) => each.kind === 'prediction' && shares.push(each.shares.kept)),
        },
      );
      expect(shares).toHaveLength(6);
      expect(Math.min(...shares)).toBeGreaterThan(0.5);
    },
    PATIENT,
  );

  it(
    'tells right from wrong by the fitted confidence at least as well as by the probability, on images whose labels it has not seen',
    async () => {
      const inputs = await readInputs(folder);
      const truth = (id: number): string => join(folder, RUN_FILES.labels, `${id}.png`);
      const images = inputs.unlabelled.map((image) => ({ ...image, name: String(image.id), truth: truth(image.id) }));
      const context = { signal: new AbortController().signal, progress: () => undefined };
      const results = await trainings.engine.handlers()['engine.evaluate']({ folder, images, best: false }, context);
      const { auc } = results.find(({ network }) => network === 'teacher')!;
      expect(auc.probability!).toBeGreaterThan(0.5);
      expect(auc.fitted ?? auc.probability!).toBeGreaterThanOrEqual(auc.probability!);
    },
    PATIENT,
  );

  it(
    'is the same from the same seed',
    async () => {
      const again = await trainings.newRun(settings(), [plain, plain, plain]);
      await train(again);
      const [one, other] = await Promise.all([folder, again].map(async (run) => readCheckpoint(run, await readInputs(run))));
      const bias = (checkpoint: typeof one): number[] => [...checkpoint!.tensors.get('teacher/classifier.bias')!.values];
      expect(bias(other)).toEqual(bias(one));
    },
    PATIENT,
  );
});

it(
  'learns from labels alone where nothing can say that unlabelled images help',
  async () => {
    const folder = await trainings.newRun(settings(), [plain]);
    const { reports, tellings } = await train(folder);
    expect(reports).toHaveLength(2);
    expect(reports.at(-1)!.verdict).toBeNull();
    const notes = tellings.flatMap(({ news }) => news.flatMap((each) => (each.kind === 'note' ? [each.sentence] : [])));
    expect(notes).toEqual([expect.stringMatching(/takes labels in two images\. So the unlabelled images were not relied on/)]);
    expect((await readCheckpoint(folder, await readInputs(folder)))!.confidence).toBeNull();
  },
  PATIENT,
);

it(
  'stops when asked to while it is still looking at images',
  async () => {
    const folder = await trainings.newRun(settings(), [plain, plain]);
    expect(await train(folder, 'features')).toMatchObject({ status: 'stopped', reports: [] });
  },
  PATIENT,
);

it(
  'goes on without a labelled image that cannot be read, and judges nothing by the one that is left',
  async () => {
    const damaged = { ...plain, write: () => Promise.resolve({ extension: 'png', data: Buffer.from('no image') }) };
    const folder = await trainings.newRun(settings(), [plain, damaged]);
    const { status, reports } = await train(folder);
    expect(status).toBe('finished');
    expect(reports.at(-1)!.verdict).toBeNull();
  },
  PATIENT,
);

it(
  'looks at images in the scale in which heads do best on those that they have not seen, and says which',
  async () => {
    const folder = await trainings.newRun(settings({ viewScale: 'chosen', compiled: true }), [plain, plain, plain]);
    const { verdict } = (await train(folder)).reports.at(-1)!;
    expect([0.7, 1, 1.4, 2]).toContain(verdict!.scale);
    expect((await readCheckpoint(folder, await readInputs(folder)))!.viewScale).toBe(verdict!.scale);
  },
  PATIENT,
);
