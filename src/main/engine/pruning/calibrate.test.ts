import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CalibrationReport, type Pruning, type PruningPoint } from '@shared/analysis';
import type { RunInputs } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { writePng } from '../../media/png';
import { runEagerly } from '../compile/eager';
import type { Session } from '../compile/program';
import { planBatches } from '../data/plan';
import { createNetwork } from '../model/create';
import { initialValues } from '../model/initial';
import { loadTensorFlow } from '../tensorflow';
import { allPrunings, calibrate, choicesOf, writeCalibration } from './calibrate';
import { CALIBRATED_SCOPE, calibrationProgram } from './program';
import { RATIOS } from './pruning-sweep';
import { isPrunable, startingState, stateName } from '../checkpoint/state';

const SIDE = 32;
let folder: string;
beforeAll(async () => {
  await loadTensorFlow();
  folder = await mkdtemp(join(tmpdir(), 'espalier-calibration-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the rule', () => {
  const point = (ratio: number, accuracy: number | null, scope: Pruning['scope'] = 'backbone'): PruningPoint => ({
    scope,
    granularity: 'global',
    ratio,
    accuracy,
    auc: { similarity: null, refined: null },
    kept: { right: null, wrong: null },
  });
  const chosen = (points: PruningPoint[], teacher: number | null) => choicesOf(points, teacher).map(({ ratio, within }) => [ratio, within]);

  test('takes the largest ratio within one percentage point of the teacher, also beyond one that is not', () => {
    expect(chosen([point(0.1, 0.8), point(0.2, 0.78), point(0.3, 0.791), point(0.4, 0.5)], 0.8)).toEqual([[0.3, true]]);
    expect(chosen([point(0.4, 0.789), point(0.1, 0.795)], 0.8)).toEqual([[0.1, true]]);
  });

  test('takes the smallest one tried, and says so, where none is', () => {
    expect(chosen([point(0.2, 0.5), point(0.1, 0.6)], 0.8)).toEqual([[0.1, false]]);
    expect(chosen([point(0.1, null)], null)).toEqual([[0.1, false]]);
  });

  test('speaks for each way of pruning apart', () => {
    const points = [point(0.1, 0.8), point(0.5, 0.8), point(0.1, 0.8, 'encoder'), point(0.5, 0.7, 'encoder')];
    expect(choicesOf(points, 0.8).map(({ scope, ratio }) => [scope, ratio])).toEqual([
      ['backbone', 0.5],
      ['encoder', 0.1],
    ]);
  });

  test('a calibration by hand tries each ratio in each scope and granularity once', () => {
    const names = allPrunings().map(({ scope, granularity, ratio }) => `${scope} ${granularity} ${ratio}`);
    expect(new Set(names).size).toBe(4 * RATIOS.length);
    expect(names).toContain('encoder layer 0.9');
  });
});

describe('a calibration', () => {
  // The pruned teacher without statistics of its own: at ratio 0 it is the teacher.
  const settings = settingsFrom('quick', { crop: SIDE, batch: 1, prunedStatistics: 'teacher', gamma: 0.5, scope: 'backbone' });
  const network = createNetwork(settings.backbone, 2);
  const prunings: Pruning[] = [
    { scope: 'encoder', granularity: 'global', ratio: 0.9 },
    { scope: 'backbone', granularity: 'layer', ratio: 0.5 },
    { scope: 'backbone', granularity: 'layer', ratio: 0 },
  ];
  let session: Session;
  let report: CalibrationReport;
  /** Share cut from the kernels of a part, after each pruning. */
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
    const inputs: RunInputs = {
      version: 1,
      runId: 'run-0001',
      classes: ['a', 'b'].map((name, id) => ({ id, name, color: '#000000', position: id })),
      settings,
      labelled: [{ ...file, labels: 'labels.png' }],
      unlabelled: [{ ...file, rejected: null }],
    };
    session = runEagerly(calibrationProgram(network, settings));
    const wanted = Object.keys(calibrationProgram(network, settings).state);
    const state = startingState(network, CALIBRATED_SCOPE, initialValues(network.specs, 1));
    session.assign(Object.fromEntries(wanted.map((name) => [name, state.get(name)!.values])));
    const views = () => Promise.reject(new Error('no statistics are wanted'));
    report = await calibrate(
      { session, masked: CALIBRATED_SCOPE, network, inputs, plan: planBatches(inputs, folder), heldOut: false, step: 7, views },
      prunings,
      () => cut.push({ backbone: cutFrom('backbone'), decoder: cutFrom('decoder') }),
    );
  }, 300_000);
  afterAll(() => session.dispose());

  test('prunes what it says, and nothing beyond the scope, whatever was pruned before', () => {
    expect(cut).toHaveLength(3);
    const [encoder, backbone, nothing] = cut as [(typeof cut)[0], (typeof cut)[0], (typeof cut)[0]];
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

  test('can be interrupted', async () => {
    const views = () => Promise.reject(new Error('no statistics are wanted'));
    const inputs = {
      version: 1,
      runId: 'r',
      classes: [],
      settings,
      labelled: [{ id: 1, path: join(folder, 'a.png'), width: SIDE, height: SIDE, labels: 'labels.png' }],
      unlabelled: [],
    } satisfies RunInputs;
    const calibration = {
      session,
      masked: CALIBRATED_SCOPE,
      network,
      inputs,
      plan: planBatches(inputs, folder),
      heldOut: false,
      step: 7,
      views,
    };
    await expect(calibrate(calibration, prunings, () => undefined, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});
