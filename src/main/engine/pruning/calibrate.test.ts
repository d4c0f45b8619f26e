import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CalibrationReport, type Pruning, type PruningPoint } from '@shared/analysis';
import type { Progress } from '@shared/protocol';
import type { RunInputs } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { writePng } from '../../media/png';
import { runEagerly } from '../compile/eager';
import type { Session } from '../compile/program';
import { unexpected } from '../testing/left-out';
import { planBatches } from '../data/plan';
import { createNetwork } from '../model/create';
import { initialValues } from '../model/initial';
import { loadTensorFlow } from '../process/tensorflow';
import { calibrate, everyPruning, type Search, writeCalibration } from './calibrate';
import { CALIBRATED_SCOPE, calibrationProgram } from '../programs/calibration';
import { each, RATIOS } from './pruning-sweep';
import { isPrunable, startingState, stateName } from '../checkpoint/state';

const SIDE = 32;
/** Of so small views. */
const BATCHES = 8;
let folder: string;
beforeAll(async () => {
  await loadTensorFlow();
  folder = await mkdtemp(join(tmpdir(), 'espalier-calibration-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a calibration', () => {
  // The pruned teacher without statistics of its own: at ratio 0 it is the teacher.
  const settings = settingsFrom('pruning', { crop: SIDE, batch: 1, prunedStatistics: 'teacher', gamma: 0.5, scope: 'backbone' });
  const network = createNetwork(settings.backbone, 2);
  const prunings: Pruning[] = [
    { scope: 'encoder', granularity: 'global', ratio: 0.9 },
    { scope: 'backbone', granularity: 'layer', ratio: 0.5 },
    { scope: 'backbone', granularity: 'layer', ratio: 0 },
  ];
  const search: Search = { next: each(prunings), most: prunings.length };
  const views = () => Promise.reject(new Error('no statistics are wanted'));
  let session: Session;
  let inputs: RunInputs;
  const told: Progress[] = [];
  /** How often each entry was called. */
  const calls = new Map<string, number>();
  let report: CalibrationReport;
  /** Share cut from the kernels of a part, when the pruned teacher is asked. */
  const cut: { backbone: number; decoder: number }[] = [];

  function cutFrom(part: 'backbone' | 'decoder'): number {
    const names = network.specs
      .filter((spec) => spec.part === part && isPrunable(spec, 'encoder'))
      .map(({ name }) => stateName('mask', name));
    const values = Object.values(session.read(names)).flatMap((mask) => Array.from(mask));
    return values.filter((keep) => keep === 0).length / values.length;
  }

  beforeAll(async () => {
    const rgb = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * 131) % 256);
    const path = join(folder, 'a.png');
    await sharp(rgb, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .png()
      .toFile(path);
    const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i < SIDE * 4 ? 255 : i % 2));
    await writePng(join(folder, 'labels.png'), { kind: 'grey', width: SIDE, height: SIDE, data });
    const file = { id: 1, path, width: SIDE, height: SIDE };
    inputs = {
      version: 1,
      runId: 'run-0001',
      classes: ['a', 'b'].map((name, id) => ({ id, name, color: '#000000', position: id })),
      settings,
      labelled: [{ ...file, labels: 'labels.png' }],
      unlabelled: [{ ...file, rejected: null }],
    };
    const running = runEagerly(calibrationProgram(network, settings));
    session = {
      ...running,
      call(entry, values) {
        calls.set(entry, (calls.get(entry) ?? 0) + 1);
        if (entry === 'compare') cut.push({ backbone: cutFrom('backbone'), decoder: cutFrom('decoder') });
        return running.call(entry, values);
      },
    };
    const wanted = Object.keys(calibrationProgram(network, settings).state);
    const state = startingState(network, CALIBRATED_SCOPE, initialValues(network.specs, 1));
    session.assign(Object.fromEntries(wanted.map((name) => [name, state.get(name)!.values])));
    report = await calibrate(
      {
        session,
        masked: CALIBRATED_SCOPE,
        network,
        inputs,
        plan: planBatches(inputs, folder),
        heldOut: false,
        step: 7,
        views,
        onLeftOut: unexpected,
      },
      search,
      { signal: new AbortController().signal, progress: (progress) => told.push(progress) },
    );
  }, 300_000);
  afterAll(() => session.dispose());

  test('prunes what it says, and nothing beyond the scope, whatever was pruned before', () => {
    expect(cut).toHaveLength(3 * BATCHES);
    const [encoder, backbone, nothing] = cut.filter((_, i) => i % BATCHES === 0) as [(typeof cut)[0], (typeof cut)[0], (typeof cut)[0]];
    expect(Math.min(encoder.backbone, encoder.decoder)).toBeGreaterThan(0.5);
    expect(backbone.backbone).toBeCloseTo(0.5, 3);
    expect([backbone.decoder, nothing.backbone, nothing.decoder]).toEqual([0, 0, 0]);
  });

  test('finds in a teacher pruned of nothing the teacher itself', () => {
    const [pruned, , whole] = report.points;
    const { teacher } = report;
    expect(whole).toMatchObject({ ...prunings[2], accuracy: teacher.accuracy, kept: teacher.kept });
    expect(whole!.auc.refined).toBeCloseTo(teacher.auc!, 6);
    expect(whole!.auc.similarity).toBeCloseTo(0.5, 6);
    // d ≤ 1 keeps no more than confidence alone.
    expect(pruned!.kept.right!).toBeLessThanOrEqual(teacher.kept.right!);
    expect(pruned!.kept.wrong!).toBeLessThan(teacher.kept.wrong!);
  });

  test('says what it was measured on, and is written with its plot', async () => {
    expect(report).toMatchObject({ runId: 'run-0001', step: 7, images: 1, heldOut: false, gamma: 0.5, beta: 1 });
    await writeCalibration(folder, 'calibration', report);
    expect(CalibrationReport.parse(JSON.parse(await readFile(join(folder, 'calibration.json'), 'utf8')))).toEqual(report);
    const svg = await readFile(join(folder, 'calibration.svg'), 'utf8');
    for (const words of ['not held out', 'pruned: encoder, global', 'pruned: backbone, layer']) expect(svg).toContain(words);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('asks the teacher about each view once, and tells of every batch', () => {
    expect([calls.get('teacher'), calls.get('compare'), calls.get('recalibrate')]).toEqual([BATCHES, 3 * BATCHES, undefined]);
    expect(told.map(({ done }) => done)).toEqual(told.map((_, i) => i + 1));
    expect(told.at(-1)).toMatchObject({ done: 4 * BATCHES, total: 4 * BATCHES, secondsLeft: 0 });
  });

  test('ends with the batch in which it is interrupted', async () => {
    const controller = new AbortController();
    const before = calls.get('compare')!;
    const calibration = {
      session,
      masked: CALIBRATED_SCOPE,
      network,
      inputs,
      plan: planBatches(inputs, folder),
      heldOut: false,
      step: 7,
      views,
      onLeftOut: unexpected,
    };
    const interrupted = calibrate(calibration, search, {
      signal: controller.signal,
      progress: ({ done }) => done === BATCHES + 3 && controller.abort(),
    });
    await expect(interrupted).rejects.toMatchObject({ name: 'AbortError' });
    expect(calls.get('compare')).toBe(before + 3);
  });
});

test('a calibration by hand tries each ratio in each scope and granularity once', () => {
  const { next, most } = everyPruning();
  const points: Pruning[] = [];
  const known = { accuracy: null, auc: null, kept: { right: null, wrong: null } };
  const measured = (): PruningPoint[] =>
    points.map((point) => ({ ...point, accuracy: null, auc: { similarity: null, refined: null }, kept: known.kept }));
  for (let pruning = next({ teacher: known, points: measured() }); pruning; pruning = next({ teacher: known, points: measured() })) {
    points.push(pruning);
  }
  const names = points.map(({ scope, granularity, ratio }) => `${scope} ${granularity} ${ratio}`);
  expect([most, new Set(names).size]).toEqual([4 * RATIOS.length, 4 * RATIOS.length]);
  expect(names).toContain('encoder layer 0.9');
});
