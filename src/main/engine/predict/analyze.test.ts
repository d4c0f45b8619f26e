import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Analysis } from '@shared/analysis';
import type { Progress } from '@shared/protocol';
import type { ReviewShares } from '@shared/domain';
import { decodeConfidence, predictionFile, RUN_FILES } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { readPng, writePng } from '../../media/png';
import { createNetwork } from '../model/create';
import { initialValues } from '../model/initial';
import { type Role, startingState } from '../checkpoint/state';
import { loadTensorFlow } from '../process/tensorflow';
import { analyzeRun } from './analyze';
import { calibrateRun } from './calibrate-run';
import type { Reading } from '../data/left-out';
import { unexpected } from '../testing/left-out';
import { evenlyChosen } from './evenly';
import type { TruthImage } from './images';
import { predictRun, type TrainedRun } from './jobs';

const SIDE = 32;
/** Another one than the paper's. */
const GAMMA = 0.51;
const never: Reading = { signal: new AbortController().signal, onLeftOut: unexpected };
let folder: string;
let image: TruthImage;

beforeAll(async () => {
  await loadTensorFlow();
  folder = await mkdtemp(join(tmpdir(), 'espalier-analysis-'));
  const path = join(folder, 'a.png');
  const rgb = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * 131) % 256);
  await sharp(rgb, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toFile(path);
  const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i < SIDE * 4 ? 255 : i % 2));
  const truth = join(folder, 'truth.png');
  image = { id: 1, path, name: 'a', width: SIDE, height: SIDE, truth };
  await writePng(truth, { kind: 'grey', width: SIDE, height: SIDE, data });
});
afterAll(() => rm(folder, { recursive: true }));

/** A run that has just begun: the pruned teacher, where it has one, is the teacher. */
function begunRun(ratio: number | null, roles?: readonly Role[]): TrainedRun {
  const settings = settingsFrom('pruning', { crop: SIDE, batch: 1, compiled: false, ratio: 0.5, gamma: GAMMA });
  const network = createNetwork(settings.backbone, 2);
  const tensors = startingState(network, settings.scope, initialValues(network.specs, 1), roles);
  const classes = ['a', 'b'].map((name, id) => ({ id, name, color: '#000000', position: id }));
  const file = { id: 1, path: image.path, width: SIDE, height: SIDE };
  return {
    folder,
    inputs: {
      version: 1,
      runId: 'run',
      classes,
      settings,
      labelled: [{ ...file, labels: 'truth.png' }],
      unlabelled: [{ ...file, rejected: null }],
    },
    checkpoint: {
      settings,
      classes: [0, 1],
      step: 0,
      seconds: 0,
      ratio,
      scale: null,
      viewScale: 1,
      confidence: null,
      sums: {},
      tensors,
      damage: null,
    },
  };
}

test('an analysis writes Table 3 and Figs. 4 and 5, and its files agree with it', { timeout: 300_000 }, async () => {
  const out = join(folder, 'out');
  let predictions = 0;
  const analysis = await analyzeRun(begunRun(0.5), [image], out, () => predictions++, never, [0, 0.9]);
  expect(predictions).toBe(3);
  const { sweep } = analysis;
  expect(sweep?.points.map(({ ratio }) => ratio)).toEqual([0, 0.9]);
  expect(analysis).toMatchObject({ images: 1, step: 0, sweep: { images: 1 } });
  // Over the same image, the sweep must say of the teacher what the study says of it.
  expect(sweep?.teacher).toMatchObject({ auc: analysis.selection.auc.confidence, kept: analysis.selection.conf.areas });
  expect(sweep?.points[1]?.accuracy).not.toBe(sweep?.teacher.accuracy);
  expect(Analysis.parse(JSON.parse(await readFile(join(out, 'analysis.json'), 'utf8')))).toEqual(analysis);
  for (const figure of ['table3', 'figure4', 'figure5']) {
    expect(await readFile(join(out, `${figure}.svg`), 'utf8')).not.toMatch(/NaN|Infinity|undefined/);
  }
});

test('a run without a pruned teacher has no Fig. 5', { timeout: 300_000 }, async () => {
  const { sweep, selection } = await analyzeRun(begunRun(null), [image], join(folder, 'warm'), () => undefined, never, [0.5]);
  expect(sweep).toBeNull();
  expect(selection.gamma).toBe(GAMMA);
  expect(selection.refined).toEqual(selection.conf);
});

test('an analysis of a stranger’s run writes nothing where a link leads', async () => {
  await mkdir(join(folder, 'documents'));
  await symlink(join(folder, 'documents'), join(folder, RUN_FILES.analysis));
  const analysis = analyzeRun(begunRun(null), [image], null, () => undefined, never, [0.5]);
  await expect(analysis).rejects.toMatchObject({ code: 'PROJECT_LINK' });
  expect(await readdir(join(folder, 'documents'))).toEqual([]);
});

test('what is told of an image to rank it by is told at the γ of the run', async () => {
  const told: ReviewShares[] = [];
  await predictRun(begunRun(null), [image], false, (_, shares) => told.push(shares), never);
  const { data } = await readPng(join(folder, predictionFile(image.id)));
  const share = (gamma: number): number => {
    const confidences = Array.from({ length: SIDE * SIDE }, (_, i) => decodeConfidence(data[3 * i + 1]!));
    return confidences.filter((p) => p < gamma).length / confidences.length;
  };
  expect(told.map(({ lowConfidence }) => lowConfidence)).toEqual([share(GAMMA)]);
  expect(share(0.7)).not.toBe(share(GAMMA));
});

test('a run whose method does not prune is calibrated as well', { timeout: 300_000 }, async () => {
  const stop = new AbortController();
  const run = begunRun(null, ['student', 'teacher', 'velocity']);
  // The labelled views, the statistics of the first pruning, and what it says of those views.
  const batches = 12;
  const progress = ({ done }: Progress): void => {
    if (done === batches) stop.abort(new Error('enough'));
  };
  await expect(calibrateRun(run, unexpected, { signal: stop.signal, progress })).rejects.toThrow('enough');
});

test('a sweep takes images from all over the list', () => {
  expect(evenlyChosen([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4)).toEqual([0, 2, 5, 7]);
  expect(evenlyChosen([1, 2], 4)).toEqual([1, 2]);
});
