import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TrainTelling } from '@shared/protocol';
import { settingsFrom } from '@shared/settings';
import { weightsFile } from '../../host/weights/cache';
import { readInputs } from '../checkpoint/inputs';
import { backboneSpecs } from '../model/create';
import { initialValues } from '../model/initial';
import { publishedName } from '../model/weights/names';
import { writeSafetensors } from '../model/weights/safetensors';
import type { TestPicture } from '../testing/run';
import { TestTrainings } from '../testing/training';

/** Long, for a machine that has much else to do. */
const PATIENT = 300_000;
const trainings = new TestTrainings();
const before = process.env['ESPALIER_CACHE'];
let cache: string;

/** DINOv2-S with weights of chance. */
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'espalier-weights-'));
  process.env['ESPALIER_CACHE'] = cache;
  const specs = backboneSpecs('dinov2-small');
  const values = initialValues(specs, 1);
  const tensors = new Map(specs.map((spec) => [publishedName(spec), { shape: spec.shape, values: values.get(spec.name)! }]));
  const file = weightsFile('dinov2-small');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, writeSafetensors(tensors, { layout: 'tensorflow' }));
});
afterAll(() => {
  process.env['ESPALIER_CACHE'] = before;
  if (before === undefined) delete process.env['ESPALIER_CACHE'];
  rmSync(cache, { recursive: true });
});

const settings = settingsFrom('balanced', {
  backbone: 'dinov2-small',
  epochs: 4,
  warmup: 2,
  stepsPerEpoch: 20,
  pixels: 64,
  viewScale: 1,
  threads: 1,
  seed: 1,
});

/** Some patches wide and high. */
const picture: TestPicture = { width: 120, height: 100 };

async function train(folder: string): Promise<TrainTelling[]> {
  const tellings: TrainTelling[] = [];
  const context = { signal: new AbortController().signal, progress: (telling: TrainTelling) => void tellings.push(telling) };
  expect(await trainings.engine.handlers()['engine.train']({ folder }, context)).toMatchObject({ status: 'finished' });
  return tellings;
}

it(
  'DINOv2 carries a head from images to predictions, and what it saw is kept for another run',
  async () => {
    const folder = await trainings.newRun(settings, Array<TestPicture>(4).fill(picture), Array<TestPicture>(4).fill(picture));
    const reports = (await train(folder)).flatMap(({ news }) => news.flatMap((each) => (each.kind === 'epoch' ? [each.report] : [])));
    expect(reports.at(-1)!.verdict!.labels).toBeGreaterThan(0.6);

    const inputs = await readInputs(folder);
    const shares: number[] = [];
    await trainings.engine.handlers()['engine.predict'](
      { folder, images: inputs.unlabelled, best: false },
      {
        signal: new AbortController().signal,
        progress: ({ news }) => news.forEach((each) => each.kind === 'prediction' && shares.push(each.shares.kept)),
      },
    );
    expect(shares).toHaveLength(inputs.unlabelled.length);
    expect(Math.min(...shares)).toBeGreaterThan(0.5);

    // The same images again: only the head's program is opened.
    const tellings = await train(folder);
    expect(tellings.flatMap(({ work }) => (work?.kind === 'features' ? [work] : []))).toEqual([]);
    expect(tellings.some(({ work }) => work?.kind === 'kept')).toBe(true);
  },
  PATIENT,
);
