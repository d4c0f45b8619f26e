import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EpochReport } from '@shared/domain';
import type { TrainTelling } from '@shared/protocol';
import { FEATURES_OF_RUN, RUN_FILES, RunInputs } from '@shared/run';
import { settingsFrom, type TrainSettings } from '@shared/settings';
import { readCheckpoint } from '../checkpoint/checkpoint';
import { readInputs } from '../checkpoint/inputs';
import { readHead } from './kept-head';
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
    seed: 1,
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
    // The head's program, and the backbone's.
    expect(of('opening').map(({ units, left }) => [units, left.opening])).toEqual([
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
      expect(works.at(-1)!.left[kind] ?? 0, kind).toBe(0);
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
    'tries another threshold from where the labels alone had led, as if it had been the only one',
    async () => {
      const [only, second] = await Promise.all(
        [
          { gamma: 1, gammaTried: null },
          { gamma: 0.5, gammaTried: 1 },
        ].map((changes) => trainings.newRun(settings(changes), [plain, plain, plain])),
      );
      const verdicts = [await train(only!), await train(second!)].map(({ reports }) => reports.at(-1)!.verdict!);
      expect(verdicts[1]).toEqual(verdicts[0]);
      expect(verdicts[0]).toMatchObject({ chosen: 'unlabelled', gamma: 1 });
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

/** How many views a training computed, and how many it found. */
function lookedAt({ tellings }: Told): { computed: number; kept: number } {
  let before = 0;
  const counts = { computed: 0, kept: 0 };
  for (const { phase, step, work } of tellings) {
    if (phase !== 'features' || !work || (work.kind !== 'features' && work.kind !== 'kept')) continue;
    // Unlabelled images are counted anew.
    const views = step - (step > before ? before : 0);
    counts[work.kind === 'kept' ? 'kept' : 'computed'] += views;
    before = step;
  }
  return counts;
}

/** Another run of the same project, on the same images unless others are made of them. */
async function runBeside(
  folder: string,
  name: string,
  changes: Partial<TrainSettings> = {},
  others: (inputs: RunInputs) => Partial<RunInputs> = () => ({}),
): Promise<string> {
  const other = join(dirname(folder), name);
  await cp(folder, other, { recursive: true });
  await rm(join(other, RUN_FILES.checkpoint), { recursive: true, force: true });
  const file = join(other, RUN_FILES.inputs);
  const inputs = RunInputs.parse(JSON.parse(await readFile(file, 'utf8')));
  await writeFile(file, JSON.stringify({ ...inputs, runId: name, settings: { ...inputs.settings, ...changes }, ...others(inputs) }));
  return other;
}

describe('a head that begins from another run', () => {
  const still = { lrHead: 1e-12, weightDecay: 0 };
  let folder: string;
  beforeAll(async () => {
    folder = await trainings.newRun(settings({ method: 'sup' }), [plain, plain, plain]);
    await train(folder);
  }, PATIENT);

  const before = () => readHead(folder, 'run-0001');

  it(
    'is that one, its classes matched by their ids, until it learns; folds stay unseen by their heads',
    async () => {
      const one = (await before())!;
      const begun = await runBeside(folder, 'run-0002', { from: 'run-0001', epochs: 1, ...still }, ({ classes, labelled, unlabelled }) => ({
        // A class more, first in the order; and an image more that has labels.
        classes: [{ ...classes[0]!, id: 9 }, ...classes],
        labelled: [...labelled, { ...unlabelled[0]!, labels: `${RUN_FILES.labels}/${unlabelled[0]!.id}.png` }],
        unlabelled: unlabelled.slice(1),
      }));
      const { reports } = await train(begun);
      const other = (await readHead(begun, 'run-0002'))!;
      const rows = (bias: Float32Array | undefined): number[] => Array.from(bias!);
      expect(other.classes).toEqual([9, 0, 4]);
      for (const [head, same] of [
        [one.whole, other.whole],
        ...one.foldHeads.map((heads, i) => [heads, other.foldHeads[i]!] as const),
      ] as const) {
        expect(same.basis).toEqual(head.basis);
        const [was, is] = [head, same].map(({ variables }) => rows(variables.get('classifier.bias')));
        is!.slice(1).forEach((value, k) => expect(value).toBeCloseTo(was![k]!, 5));
        const [hidden, kept] = [head, same].map(({ variables }) => rows(variables.get('decoder.hidden.kernel')));
        expect(Math.max(...kept!.map((value, i) => Math.abs(value - hidden![i]!)))).toBeLessThan(1e-5);
      }
      for (const [i, ids] of one.folds.entries()) expect(other.folds[i]).toEqual(expect.arrayContaining(ids));
      expect(other.folds.flat().sort()).toEqual([1, 2, 3, 4]);
      const verdict = reports.at(-1)!.verdict!;
      expect(verdict.began).toBeGreaterThan(0);
      expect(verdict.labels).toBeCloseTo(verdict.began!, 5);
    },
    PATIENT,
  );

  it(
    'knows after a tenth of the steps what a new one does not',
    async () => {
      const short = { epochs: 1, stepsPerEpoch: 6 };
      const known = (await train(await runBeside(folder, 'run-0003', { ...short, from: 'run-0001' }))).reports.at(-1)!.verdict!;
      const anew = (await train(await runBeside(folder, 'run-0004', short))).reports.at(-1)!.verdict!;
      expect(anew.began).toBeNull();
      expect(known.labels).toBeGreaterThan(anew.labels);
    },
    PATIENT,
  );

  it(
    'is refused in another scale, with another backbone, and where nothing is kept',
    async () => {
      const refused = async (name: string, changes: Partial<TrainSettings>): Promise<void> => {
        const run = await runBeside(folder, name, { from: 'run-0001', ...changes });
        await expect(train(run)).rejects.toMatchObject({ code: 'TRAIN_FROM', params: { run: changes.from ?? 'run-0001' } });
      };
      await refused('run-0005', { viewScale: 1.4 });
      await refused('run-0006', { backbone: 'efficientnet-lite1' });
      await refused('run-0007', { from: 'run-0099' });
    },
    PATIENT,
  );
});

describe('features that were computed', () => {
  it(
    'are not computed again by another run on the same images, which opens no backbone and gets the same numbers',
    async () => {
      const folder = await trainings.newRun(settings(), [plain, plain, plain]);
      const first = await train(folder);
      const looked = lookedAt(first);
      expect(looked).toEqual({ computed: 3 * 4 + 6 * 2, kept: 0 });

      const second = await runBeside(folder, 'run-0002');
      const again = await train(second);
      expect(lookedAt(again)).toEqual({ computed: 0, kept: looked.computed });
      const openings = again.tellings.filter(({ work }) => work?.kind === 'opening');
      expect(openings).toHaveLength(1);
      expect(again.tellings.at(-1)!.left).not.toMatchObject({ opening: 1 });
      const [one, other] = await Promise.all([folder, second].map(async (run) => readCheckpoint(run, await readInputs(run))));
      const bias = (checkpoint: typeof one): number[] => [...checkpoint!.tensors.get('teacher/classifier.bias')!.values];
      expect(bias(other)).toEqual(bias(one));

      // Other pixels of the same views.
      expect(lookedAt(await train(await runBeside(folder, 'run-0003', { seed: 7, pixels: 16 })))).toMatchObject({ computed: 0 });
    },
    PATIENT,
  );

  it(
    'stay when a run is stopped while it looks at images: the next one goes on there',
    async () => {
      const folder = await trainings.newRun(settings(), [plain, plain, plain]);
      const stopped = await train(folder, 'features');
      expect(stopped).toMatchObject({ status: 'stopped', reports: [] });
      const before = lookedAt(stopped).computed;
      expect(before).toBeGreaterThan(0);
      expect(lookedAt(await train(folder))).toEqual({ computed: 3 * 4 + 6 * 2 - before, kept: before });
    },
    PATIENT,
  );

  it(
    'are computed again of an image that has changed, and where they are damaged, which the run says',
    async () => {
      const folder = await trainings.newRun(settings(), [plain, plain, plain]);
      await train(folder);
      const { unlabelled } = await readInputs(folder);
      const picture = { raw: { width: plain.width, height: plain.height, channels: 3 } } as const;
      await sharp(Buffer.alloc(plain.width * plain.height * 3, 90), picture).toFile(unlabelled[0]!.path);
      const second = await runBeside(folder, 'run-0002');
      // The views beside it in a call, which were found, are told with its two.
      expect(lookedAt(await train(second))).toEqual({ computed: 2 * 2, kept: 3 * 4 + 5 * 2 - 2 });

      const features = resolve(folder, FEATURES_OF_RUN);
      for (const name of (await readdir(features)).filter((name) => name.endsWith('.maps'))) {
        const file = await readFile(join(features, name));
        file[file.length - 9]! ^= 1;
        await writeFile(join(features, name), file);
      }
      const third = await train(await runBeside(folder, 'run-0003'));
      expect(lookedAt(third)).toEqual({ computed: 3 * 4 + 6 * 2, kept: 0 });
      const notes = third.tellings.flatMap(({ news }) => news).filter(({ kind }) => kind === 'note');
      expect(notes).toEqual([{ kind: 'note', sentence: expect.stringContaining('damaged') as string }]);
    },
    PATIENT,
  );
});

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
