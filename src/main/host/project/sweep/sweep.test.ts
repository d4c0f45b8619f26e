import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EspalierError } from '@shared/errors';
import { presetSettings, type TrainSettings } from '@shared/settings';
import { type Combination, combinationsOf, Grid, variationsOf } from './combinations';
import { type SweepEntry, SweepRecord, type SweepResult } from './record';
import { spreadOf, summarise } from './summary';
import { runSweep, type SweepParts } from './sweep';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-sweep-'));
});
afterAll(() => rm(folder, { recursive: true }));

const never = new AbortController().signal;
const DATA = { truth: '/truth', images: ['a', 'b'], unlabelled: null };
let files = 0;
const newFile = (): string => join(folder, 'sweeps', `${files++}.json`);
const open = (file: string): Promise<SweepRecord> => SweepRecord.open(file, 'sweep', DATA);

/** Two rows, two seeds each. */
const combinations: Combination[] = combinationsOf({ preset: 'pruning', epochs: 2 }, [{ method: 'sup' }, { method: 'conf' }], [0, 1]);

/** Trains nothing: notes what it was asked for, and measures mIoU = seed / 10 for the student, twice that for the teacher. */
class Fake implements SweepParts {
  readonly trained: [method: string, seed: number, continued: string | null][] = [];
  readonly heard: SweepEntry[] = [];
  private readonly settings = new Map<string, TrainSettings>();

  constructor(
    private readonly behaviour: (settings: TrainSettings) => Promise<'finished' | 'stopped'> = () => Promise.resolve('finished'),
  ) {}

  train: SweepParts['train'] = (settings, continued) => {
    this.trained.push([settings.method, settings.seed, continued]);
    const runId = continued ?? `run-${settings.method}-${settings.seed}`;
    this.settings.set(runId, settings);
    return Promise.resolve({
      runId,
      outcome: this.behaviour(settings).then((status) => ({ runId, status, seconds: 60, predictionFailure: null })),
    });
  };
  evaluate = (runId: string): Promise<SweepResult[]> => {
    const miou = this.settings.get(runId)!.seed / 10;
    return Promise.resolve([
      { network: 'student', bestEpoch: null, miou, accuracy: 0.5 },
      { network: 'teacher', bestEpoch: null, miou: 2 * miou, accuracy: 0.5 },
      { network: 'teacher', bestEpoch: 3, miou: 3 * miou, accuracy: 0.5 },
    ]);
  };
  onEntry = (entry: SweepEntry): void => void this.heard.push(entry);
}

describe('combinations', () => {
  test('are the product of all that is varied, the last fastest', () => {
    const rows = variationsOf([{ method: ['sup', 'conf'], gamma: [0.6, 0.7] }, { cutmix: [true, false] }]);
    expect(rows).toHaveLength(8);
    expect(rows[0]).toEqual({ method: 'sup', gamma: 0.6, cutmix: true });
    expect(rows[1]).toEqual({ method: 'sup', gamma: 0.6, cutmix: false });
    expect(rows[7]).toEqual({ method: 'conf', gamma: 0.7, cutmix: false });
    expect(variationsOf([])).toEqual([{}]);
  });

  test('may be listed row by row, as Table 6', () => {
    const table6 = [{ method: 'sup' }, { method: 'pgcl', refinement: false, cutmix: false }, { method: 'pgcl' }];
    expect(variationsOf([Grid.parse(table6)])).toEqual(table6);
  });

  test('have the settings of their row and seed, and the warm-up of their length', () => {
    expect(combinations.map(({ settings }) => [settings.method, settings.seed, settings.epochs, settings.warmup])).toEqual([
      ['sup', 0, 2, 1],
      ['sup', 1, 2, 1],
      ['conf', 0, 2, 1],
      ['conf', 1, 2, 1],
    ]);
    expect(combinationsOf({ gamma: 0.6 }, [{ preset: 'pruning', gamma: 0.8 }], [3])[0]!.settings).toEqual(
      presetSettings({ preset: 'pruning', gamma: 0.8, seed: 3 }),
    );
  });

  test.each([
    [{ gamma: 7 }, 'gamma'],
    [{ speed: 1 }, 'speed'],
    [{ preset: 'huge' }, 'preset'],
    [{ method: 'none' }, 'method'],
  ])('%o are refused whichever row has them', (wrong, name) => {
    const refused = (): unknown => combinationsOf({}, [{ method: 'sup' }, wrong as Combination['variation']], [0]);
    expect(refused).toThrow(EspalierError);
    expect(refused).toThrow(name);
  });
});

describe('a sweep', () => {
  test('trains and evaluates every combination, and records each', async () => {
    const [file, parts] = [newFile(), new Fake()];
    const entries = await runSweep(combinations, await open(file), parts, never);
    expect(parts.trained).toEqual([
      ['sup', 0, null],
      ['sup', 1, null],
      ['conf', 0, null],
      ['conf', 1, null],
    ]);
    expect(parts.heard).toEqual(entries);
    expect((await open(file)).entries).toEqual(entries);
    expect(entries[1]).toMatchObject({
      runId: 'run-sup-1',
      failure: null,
      outcome: { seconds: 60, results: [{ miou: 0.1 }, { miou: 0.2 }, { bestEpoch: 3 }] },
    });
  });

  test('called again skips what has finished, and trains what was added', async () => {
    const file = newFile();
    const before = await runSweep(combinations.slice(0, 3), await open(file), new Fake(), never);
    const again = new Fake();
    const entries = await runSweep(combinations, await open(file), again, never);
    expect(again.trained).toEqual([['conf', 1, null]]);
    expect(entries.slice(0, 3)).toEqual(before);
  });

  test('interrupted in a training continues that run, and loses nothing', async () => {
    const [file, controller] = [newFile(), new AbortController()];
    const stopped = new Fake(({ method }) => {
      if (method !== 'conf') return Promise.resolve('finished');
      controller.abort();
      return Promise.resolve('stopped');
    });
    await expect(runSweep(combinations, await open(file), stopped, controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
    const again = new Fake();
    const entries = await runSweep(combinations, await open(file), again, never);
    expect(again.trained).toEqual([
      ['conf', 0, 'run-conf-0'],
      ['conf', 1, null],
    ]);
    expect(entries.every(({ outcome }) => outcome !== null)).toBe(true);
  });

  test('interrupted does not take a training that ended with it for a failed one', async () => {
    const [file, controller] = [newFile(), new AbortController()];
    const ended = new Fake(() => {
      controller.abort();
      return Promise.reject(new EspalierError('RUN_STOPPED_EARLY', { reason: 'SIGINT' }));
    });
    await expect(runSweep(combinations, await open(file), ended, controller.signal)).rejects.toMatchObject({ code: 'RUN_STOPPED_EARLY' });
    expect((await open(file)).entries).toMatchObject([{ runId: 'run-sup-0', outcome: null, failure: null }]);
  });

  test('goes on after a training that failed by itself, and begins that one anew next time', async () => {
    const file = newFile();
    const unstable = new Fake(({ method, seed }) =>
      method === 'sup' && seed === 1 ? Promise.reject(new EspalierError('TRAIN_NAN', { step: 3 })) : Promise.resolve('finished'),
    );
    const entries = await runSweep(combinations, await open(file), unstable, never);
    expect(entries.map(({ failure }) => failure !== null)).toEqual([false, true, false, false]);
    expect(entries[1]!.failure).toContain('step 3');
    const again = new Fake();
    await runSweep(combinations, await open(file), again, never);
    expect(again.trained).toEqual([['sup', 1, null]]);
  });

  test('ends at a failure that the next training would meet too', async () => {
    const [file, full] = [newFile(), new Fake(() => Promise.reject(new EspalierError('DISK_FULL')))];
    await expect(runSweep(combinations, await open(file), full, never)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(full.trained).toHaveLength(1);
  });
});

describe('the record of a sweep', () => {
  test('of other images is not continued', async () => {
    const file = newFile();
    await runSweep(combinations.slice(0, 1), await open(file), new Fake(), never);
    const other = SweepRecord.open(file, 'mine', { ...DATA, images: ['a'] });
    await expect(other).rejects.toMatchObject({ code: 'SWEEP_OTHER', params: { name: 'mine' } });
  });

  test('that is damaged is refused, and kept', async () => {
    const file = newFile();
    await runSweep(combinations.slice(0, 1), await open(file), new Fake(), never);
    const cut = (await readFile(file, 'utf8')).slice(0, 100);
    await writeFile(file, cut);
    await expect(open(file)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    expect(await readFile(file, 'utf8')).toBe(cut);
  });
});

describe('the summary of a sweep', () => {
  test('has mean and standard deviation over the seeds', () => {
    expect(spreadOf([1, 2, 4])).toMatchObject({ mean: 7 / 3, values: [1, 2, 4] });
    expect(spreadOf([1, 2, 4]).deviation).toBeCloseTo(Math.sqrt(7 / 3), 12);
    expect(spreadOf([5])).toEqual({ values: [5], mean: 5, deviation: null });
  });

  test('has a row for each variation, and counts what failed', async () => {
    const unstable = new Fake(({ seed }) =>
      seed === 1 ? Promise.reject(new EspalierError('TRAIN_NAN', { step: 3 })) : Promise.resolve('finished'),
    );
    const entries = await runSweep(
      combinationsOf({ preset: 'pruning' }, [{ method: 'sup' }, { method: 'conf' }], [1, 2, 4]),
      await open(newFile()),
      unstable,
      never,
    );
    const [sup, conf] = summarise(entries);
    expect(sup).toMatchObject({ variation: { method: 'sup' }, failed: 1, runs: ['run-sup-1', 'run-sup-2', 'run-sup-4'] });
    expect(conf!.miou.student!.mean).toBeCloseTo(0.3, 12);
    expect(conf!.miou.teacher!.values).toEqual([0.4, 0.8]);
    expect(conf!.miou['best teacher']!.mean).toBeCloseTo(0.9, 12);
    expect(conf!.seconds!.mean).toBe(60);
  });

  test('has no mIoU where every training failed', async () => {
    const failing = new Fake(() => Promise.reject(new EspalierError('TRAIN_NAN', { step: 3 })));
    const [row] = summarise(await runSweep(combinations.slice(0, 2), await open(newFile()), failing, never));
    expect(row).toMatchObject({ failed: 2, miou: {}, seconds: null });
  });
});
