import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { CalibrationReport } from '@shared/analysis';
import type { TrainTelling } from '@shared/protocol';
import { RunInputs } from '@shared/run';
import { readCheckpoint } from '../checkpoint/checkpoint';
import { readInputs } from '../checkpoint/inputs';
import { readSafetensors, type StoredTensor } from '../model/weights/safetensors';
import { expectClose } from '../testing/golden';
import { testSettings } from '../testing/run';
import { TestTrainings } from '../testing/training';

const MINUTES = 60_000;

const trainings = new TestTrainings();

/** What a training told: the loss of each step, the steps before which the teacher was pruned, and the tensors held after each step. */
interface Told {
  readonly losses: number[];
  readonly prunedAt: number[];
  readonly tensors: number[];
  /** What was told while the ratio was measured. */
  readonly calibrated: TrainTelling[];
}

/** Trains the run in a folder in this process, stopping after a step, or a batch of the calibration, when asked to. */
async function train(folder: string, told: Told, stopAfter = Infinity, stopCalibratingAfter = Infinity): Promise<string> {
  const handlers = trainings.engine.handlers();
  const controller = new AbortController();
  const context = { signal: controller.signal, progress: () => undefined };
  const counts: Promise<unknown>[] = [];
  const { status } = await handlers['engine.train'](
    { folder },
    {
      signal: controller.signal,
      progress: (progress: TrainTelling) => {
        const { phase, step, loss } = progress;
        if (phase === 'preparing' && progress.work?.kind === 'round') told.prunedAt.push(step);
        if (phase === 'calibrating') {
          told.calibrated.push(progress);
          if (step === stopCalibratingAfter) controller.abort();
        }
        if (loss === null) return;
        told.losses[step] = loss;
        counts.push(Promise.resolve(handlers['engine.info'](null, context)).then(({ tensors }) => (told.tensors[step] = tensors)));
        if (step === stopAfter) controller.abort();
      },
    },
  );
  await Promise.all(counts);
  return status;
}

const nothing = (): Told => ({ losses: [], prunedAt: [], tensors: [], calibrated: [] });

function stateOf(folder: string): ReadonlyMap<string, StoredTensor> {
  return readSafetensors(readFileSync(join(folder, 'checkpoint/last.safetensors'))).tensors;
}

/** Expects the same parameters, statistics, momentum, teacher, masks and statistics of the pruned teacher. */
function expectSameState(folder: string, other: string): void {
  const [state, expected] = [stateOf(folder), stateOf(other)];
  expect([...state.keys()]).toEqual([...expected.keys()]);
  for (const [name, { values }] of expected) expectClose(state.get(name)!.values, values, 1e-5);
}

/** Steps 1–3 are the warm-up, 4–6 and 7–9 the epochs of the method. */
describe('a run of 3 epochs', () => {
  const settings = testSettings({ epochs: 3 });
  let whole: string;
  const uninterrupted = nothing();
  beforeAll(async () => {
    whole = await trainings.newRun(settings);
    expect(await train(whole, uninterrupted)).toBe('finished');
  }, 3 * MINUTES);

  test('learns, prunes at the start of each epoch of the method, and holds no more tensors from step to step', () => {
    const { losses, prunedAt, tensors } = uninterrupted;
    expect(losses.slice(1).every((loss) => loss > 0 && Number.isFinite(loss))).toBe(true);
    expect(prunedAt).toEqual([3, 6]);
    // The method's first step hands masks and the like to TensorFlow.
    for (const phase of [tensors.slice(2, 4), tensors.slice(4)]) expect(new Set(phase).size).toBe(1);
    const state = stateOf(whole);
    const valuesOf = (role: string): number[] =>
      [...state].filter(([name]) => name.startsWith(`${role}/`)).flatMap(([, { values }]) => [...values]);
    const mask = valuesOf('mask');
    expect(mask.filter((keep) => keep === 0).length / mask.length).toBeCloseTo(0.5, 4);
    const statistics = [...state.keys()].filter((name) => name.startsWith('pruned/'));
    const alike = statistics.filter((name) =>
      state.get(name)!.values.every((value, i) => value === state.get(name.replace('pruned', 'teacher'))!.values[i]),
    );
    expect(alike).toEqual([]);
  });

  test(
    'stopped in the warm-up, at the end of an epoch and within one, and continued, is the same run',
    { timeout: 3 * MINUTES },
    async () => {
      const folder = await trainings.newRun(settings);
      const told = nothing();
      for (const step of [2, 6, 8]) expect(await train(folder, told, step)).toBe('stopped');
      expect(await train(folder, told)).toBe('finished');
      expectClose(told.losses.slice(1), uninterrupted.losses.slice(1), 1e-5);
      // Within an epoch the mask and the pruned teacher's statistics come from the checkpoint.
      expect(told.prunedAt).toEqual([3, 6]);
      expectSameState(folder, whole);
      expect(await train(folder, nothing())).toBe('finished');
    },
  );

  test('killed between two checkpoints, and continued from the last of them, is the same run', { timeout: 3 * MINUTES }, async () => {
    const folder = await trainings.newRun(settings);
    const { peer, process: child } = trainings.engine.start();
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    const first: number[] = [];
    // The process dies with the call unanswered.
    void peer.call(
      'engine.train',
      { folder },
      {
        onProgress: ({ step, loss }) => {
          if (loss !== null) first[step] = loss;
          if (step === 5) child.kill('SIGKILL');
        },
      },
    );
    expect(await ended).toBe('SIGKILL');
    expect(existsSync(join(folder, 'checkpoint/last.safetensors'))).toBe(true);
    const told = nothing();
    expect(await train(folder, told)).toBe('finished');
    expect(Object.keys(told.losses)[0]).toBe('4');
    expectClose([...first.slice(1, 4), ...told.losses.slice(4)], uninterrupted.losses.slice(1), 1e-5);
    expectSameState(folder, whole);
  });
});

test('compiled, two runs of the same seed are the same, and hold no more tensors from step 2 on', { timeout: 5 * MINUTES }, async () => {
  const runs = [nothing(), nothing()];
  const trained: string[] = [];
  for (const told of runs) {
    trained.push(await trainings.newRun(testSettings({ epochs: 2, compiled: true })));
    expect(await train(trained.at(-1)!, told)).toBe('finished');
    expect(new Set(told.tensors.slice(2)).size).toBe(1);
  }
  expect(runs[1]!.losses).toEqual(runs[0]!.losses);
  expect([...stateOf(trained[1]!)]).toEqual([...stateOf(trained[0]!)]);
});

describe('a run whose ratio is measured', () => {
  const settings = testSettings({ epochs: 2, ratio: 'calibrated', prunedStatistics: 'teacher' });
  let whole: string;
  const uninterrupted = nothing();
  beforeAll(async () => {
    whole = await trainings.newRun(settings);
    expect(await train(whole, uninterrupted)).toBe('finished');
  }, 3 * MINUTES);

  test('prunes at the ratio its report chooses', () => {
    const report = CalibrationReport.parse(JSON.parse(readFileSync(join(whole, 'calibration.json'), 'utf8')));
    expect(report).toMatchObject({ step: 3, images: 2, heldOut: false });
    expect(report.points.length).toBeLessThanOrEqual(4);
    expect(report.points.map(({ scope, granularity }) => [scope, granularity])).toEqual(
      report.points.map(() => [settings.scope, settings.granularity]),
    );
    const mask = [...stateOf(whole)].filter(([name]) => name.startsWith('mask/')).flatMap(([, { values }]) => [...values]);
    expect(mask.filter((keep) => keep === 0).length / mask.length).toBeCloseTo(report.choices[0]!.ratio, 4);
    expect(readFileSync(join(whole, 'calibration.svg'), 'utf8')).toContain('not held out');
  });

  test('tells how far the measuring is, batch by batch, and not as steps of the training', () => {
    const { calibrated, losses } = uninterrupted;
    expect(calibrated.map(({ step }) => step)).toEqual(calibrated.map((_, i) => i + 1));
    expect(calibrated.at(-1)!.step).toBeLessThanOrEqual(calibrated[0]!.steps);
    expect(calibrated.map(({ left }) => left.calibration!)).toEqual(calibrated.map(({ left }) => left.calibration!).sort((a, b) => b - a));
    expect(calibrated.every(({ work }) => work?.kind === 'calibration')).toBe(true);
    expect(Object.keys(losses)).toHaveLength(6);
  });

  test('stopped while it is measured, and continued, is the same run', { timeout: 3 * MINUTES }, async () => {
    const folder = await trainings.newRun(settings);
    const told = nothing();
    expect(await train(folder, told, Infinity, 11)).toBe('stopped');
    expect(told.calibrated.at(-1)!.step).toBe(11);
    expect(existsSync(join(folder, 'calibration.json'))).toBe(false);
    expect(await train(folder, told)).toBe('finished');
    expectClose(told.losses.slice(1), uninterrupted.losses.slice(1), 1e-5);
    expectSameState(folder, whole);
  });
});

test('a run of scaled scores measures the scale each epoch, and stopped within one is the same run', { timeout: 3 * MINUTES }, async () => {
  const settings = testSettings({ epochs: 2, thresholds: 'perClass', betaScale: 'spread' });
  const [whole, folder] = [await trainings.newRun(settings), await trainings.newRun(settings)];
  const [uninterrupted, told] = [nothing(), nothing()];
  expect(await train(whole, uninterrupted)).toBe('finished');
  expect(await train(folder, told, 5)).toBe('stopped');
  const inputs = await readInputs(folder);
  const { scale } = (await readCheckpoint(folder, inputs))!;
  expect(scale!.classes).toHaveLength(2);
  // A class that the young teacher never predicts has 1 as well.
  expect(Math.min(...scale!.classes)).toBe(1);
  expect(scale!.beta).toBeGreaterThan(0);
  expect(scale!.beta).not.toBe(1);
  expect(await train(folder, told)).toBe('finished');
  expectClose(told.losses.slice(1), uninterrupted.losses.slice(1), 1e-5);
  expectSameState(folder, whole);
});

test('a run by confidence alone prunes nothing and measures no ratio', { timeout: 3 * MINUTES }, async () => {
  const folder = await trainings.newRun(testSettings({ method: 'conf', epochs: 2, ratio: 'calibrated' }));
  const told = nothing();
  expect(await train(folder, told)).toBe('finished');
  expect([told.prunedAt, told.calibrated]).toEqual([[], []]);
  const roles = new Set([...stateOf(folder).keys()].map((name) => name.slice(0, name.indexOf('/'))));
  expect([...roles]).toEqual(['student', 'teacher', 'velocity']);
});

test('a whole network begins from that of another run, its classes matched by their ids', { timeout: 5 * MINUTES }, async () => {
  const folder = await trainings.newRun(testSettings({ method: 'sup', epochs: 1 }));
  await train(folder, nothing());
  const next = join(dirname(folder), 'run-0002');
  cpSync(folder, next, { recursive: true });
  rmSync(join(next, 'checkpoint'), { recursive: true });
  const inputs = RunInputs.parse(JSON.parse(readFileSync(join(folder, 'inputs.json'), 'utf8')));
  const classes = [{ ...inputs.classes[0]!, id: 9 }, ...inputs.classes.toReversed()];
  const settings = { ...inputs.settings, from: 'run-0001', lrBackbone: 1e-9, lrHead: 1e-9 };
  writeFileSync(join(next, 'inputs.json'), JSON.stringify({ ...inputs, runId: 'run-0002', classes, settings }));
  await train(next, nothing());
  const values = (run: string, name: string): number[] => [...stateOf(run).get(`student/${name}`)!.values];
  const kernel = stateOf(folder).get('teacher/classifier.kernel')!.values;
  const columns = [...values(next, 'classifier.kernel').entries()].filter(([i]) => i % 3 > 0);
  for (const [i, value] of columns) expect(value).toBeCloseTo(kernel[2 * Math.floor(i / 3) + (i % 3 === 1 ? 1 : 0)]!, 5);
  const inner = [...stateOf(folder).keys()].find((name) => /^teacher\/decoder.*kernel$/.test(name))!;
  const [was, is] = [[...stateOf(folder).get(inner)!.values], values(next, inner.replace('teacher/', ''))];
  expect(Math.max(...is.map((value, i) => Math.abs(value - was[i]!)))).toBeLessThan(1e-5);
});
