import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelFormat, ModelOutput } from '@shared/model-export';
import { settingsFrom, type TrainSettings } from '@shared/settings';
import { modelReader, runOnnx } from '../../../../scripts/readers/index.mjs';
import { decodeRgb } from '../../media/decode';
import { readPng } from '../../media/png';
import { loadTensorFlow } from '../process/tensorflow';
import { readInputs } from '../checkpoint/inputs';
import { TestTrainings } from '../testing/training';
import { plain, type TestPicture, testSettings } from '../testing/run';

/** Long, for a machine that has much else to do. */
const PATIENT = 300_000;
const { python, missing } = await modelReader();
if (missing !== undefined) process.stdout.write(`Models are not run by onnxruntime: ${missing}.\n`);

const trainings = new TestTrainings();
const out = mkdtempSync(join(tmpdir(), 'espalier-models-'));
beforeAll(() => loadTensorFlow());
afterAll(() => rmSync(out, { recursive: true }));

/** No side a multiple of 16; one image is not as large as a cell of the coarsest map. */
const PICTURES: readonly TestPicture[] = [plain, { width: 203, height: 117 }, { width: 30, height: 25 }, { width: 320, height: 240 }];

const head = (changes: Partial<TrainSettings>): TrainSettings =>
  settingsFrom('quick', {
    epochs: 2,
    warmup: 1,
    stepsPerEpoch: 30,
    pixels: 64,
    viewScale: 1,
    threads: 1,
    compiled: false,
    seed: 1,
    ...changes,
  });

/** What a model gives of an image: numbers, row by row. */
interface Given {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

const CONTEXT = { signal: new AbortController().signal, progress: () => null };

const image = (rgb: { data: Uint8Array; width: number; height: number }): tf.Tensor =>
  tf.tensor(Float32Array.from(rgb.data), [1, rgb.height, rgb.width, 3]);

/** Runs a model as others do: onnxruntime, TensorFlow, TensorFlow.js. */
const RUNTIMES: Readonly<Record<ModelFormat, (folder: string, files: readonly string[]) => Promise<Given[]>>> = {
  onnx: async (folder, files) => (await runOnnx(python!, join(folder, 'model.onnx'), files)).given,
  'saved-model': async (folder, files) => {
    const { node } = await loadTensorFlow();
    const model = await node.loadSavedModel(folder, ['serve'], 'serving_default');
    const given: Given[] = [];
    for (const file of files) {
      const result = Object.values(model.predict({ image: image(await decodeRgb(file)) } as never) as unknown as tf.NamedTensorMap)[0]!;
      given.push({ shape: result.shape, data: result.dataSync() });
    }
    model.dispose();
    return given;
  },
  tfjs: async (folder, files) => {
    const json = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as tf.io.ModelJSON;
    const weights = new Uint8Array(readFileSync(join(folder, 'weights.bin'))).buffer;
    const artifacts = await tf.io.getModelArtifactsForJSON(json, (manifest) =>
      Promise.resolve([manifest.flatMap((group) => group.weights), weights]),
    );
    const model = new GraphModel(tf.io.fromMemorySync(artifacts));
    void model.load();
    const given: Given[] = [];
    for (const file of files) {
      const result = model.predict({ image: image(await decodeRgb(file)) }) as tf.Tensor;
      given.push({ shape: result.shape, data: result.dataSync() });
    }
    return given;
  },
};

async function exported(run: string, format: ModelFormat, output: ModelOutput, folder = mkdtempSync(join(out, 'model-'))): Promise<string> {
  const handlers = trainings.engine.handlers();
  await handlers['engine.exportModel']({ run, folder, format, output }, CONTEXT);
  return folder;
}

const FORMATS: readonly ModelFormat[] = python === undefined ? ['saved-model', 'tfjs'] : ['onnx', 'saved-model', 'tfjs'];

describe.each<[string, TrainSettings]>([
  ['a head', head({})],
  ['a head that looks at images made smaller', head({ viewScale: 0.7 })],
  ['a head that looks at images enlarged', head({ viewScale: 1.4 })],
  ['DeepLabV3+', testSettings({ method: 'sup', epochs: 40, emaAlpha: 0.9 })],
])('%s as other programs run it', (_, settings) => {
  let run: string;
  let files: string[];
  /** Class number of each pixel, as Espalier predicts it. */
  let ours: Uint8Array[];
  beforeAll(async () => {
    run = await trainings.newRun(settings, [plain, plain, plain], PICTURES);
    await trainings.train(run);
    const images = (await readInputs(run)).unlabelled;
    files = images.map(({ path }) => path);
    const masks = join(dirname(run), 'masks');
    const handlers = trainings.engine.handlers();
    const named = images.map((each) => ({ ...each, name: String(each.id) }));
    await handlers['engine.predictMasks']({ folder: run, images: named, out: masks, best: false }, CONTEXT);
    ours = await Promise.all(images.map(async ({ id }) => (await readPng(join(masks, `${id}.png`))).data));
    expect(new Set(ours.flatMap((mask) => [...mask]))).toEqual(new Set([0, 4]));
  }, PATIENT);

  it.each(FORMATS)(
    'gives the same classes (%s)',
    async (format) => {
      const given = await RUNTIMES[format](await exported(run, format, 'classes'), files);
      let [same, all] = [0, 0];
      for (const [i, { shape, data }] of given.entries()) {
        expect(shape).toEqual([1, PICTURES[i]!.height, PICTURES[i]!.width]);
        all += ours[i]!.length;
        ours[i]!.forEach((id, at) => (same += data[at] === id ? 1 : 0));
      }
      expect(same / all).toBeGreaterThanOrEqual(0.999);
    },
    PATIENT,
  );

  it(
    'gives probabilities whose largest is that of the class, and logits with a resizing left to others',
    async () => {
      const format = FORMATS[0]!;
      const probabilities = await RUNTIMES[format](await exported(run, format, 'probabilities'), files.slice(1, 2));
      const { width, height } = PICTURES[1]!;
      expect(probabilities[0]!.shape).toEqual([1, height, width, 2]);
      const { data } = probabilities[0]!;
      const likelier = ours[1]!.map((_, at) => (data[2 * at + 1]! > data[2 * at]! ? 4 : 0));
      expect(likelier.filter((id, at) => id === ours[1]![at]).length / likelier.length).toBeGreaterThanOrEqual(0.999);
      expect(data[0]! + data[1]!).toBeCloseTo(1, 5);
      const logits = await RUNTIMES[format](await exported(run, format, 'logits'), files.slice(1, 2));
      expect(logits[0]!.shape[3]).toBe(2);
      expect(logits[0]!.shape[2]).toBeLessThan(width / 2);
    },
    PATIENT,
  );
});
