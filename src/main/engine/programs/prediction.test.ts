import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runEagerly } from '../compile/eager';
import { load } from '../compile/load';
import { record } from '../compile/record';
import { magnitudeMasks } from '../core/prune';
import { createNetwork } from '../model/create';
import { initialValues } from '../model/initial';
import { BACKBONE_DESCRIPTIONS } from '../model/backbones';
import type { StoredTensor } from '../model/weights/safetensors';
import { isPrunable, isStatistic, stateName } from '../checkpoint/state';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import { type Prediction, Predictor } from '../predict/predictor';
import { batchOf, predictionProgram, type Scoring } from './prediction';
import { planShapes } from '../predict/shapes';
import { predictionState, storedState } from '../predict/weights';

const CLASSES = 3;
const network = createNetwork('efficientnet-lite0', CLASSES);
const description = BACKBONE_DESCRIPTIONS['efficientnet-lite0'];
const { input } = description;
const image = { width: 40, height: 27, data: Uint8Array.from({ length: 40 * 27 * 3 }, (_, i) => (i * 131) % 256) };
const plan = planShapes([image], input, CLASSES);
const PLAIN: Scoring = { pruned: null, scale: null, confidence: null, viewScale: 1, best: false };
const PRUNED = { scope: 'backbone', statistics: 'recalibrated', doubt: 'similarity', views: null } as const;

let folder: string;
beforeAll(async () => {
  await loadTensorFlow();
  folder = await mkdtemp(join(tmpdir(), 'espalier-predict-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** State of a training: teacher, masks of ratio ½, and statistics of the pruned teacher that are the teacher's times 1.1. */
function trainingState(): Map<string, StoredTensor> {
  const values = initialValues(network.specs, 3);
  const prunable = network.specs.filter((spec) => isPrunable(spec, 'backbone'));
  const masks = magnitudeMasks(
    prunable.map(({ name }) => values.get(name)!),
    0.5,
    'global',
  );
  const state = new Map<string, StoredTensor>();
  for (const { name, shape, ...spec } of network.specs) {
    const value = values.get(name)!;
    state.set(stateName('teacher', name), { shape, values: value });
    state.set(stateName('student', name), { shape, values: value.map((v) => 0.9 * v) });
    if (isStatistic({ name, shape, ...spec })) state.set(stateName('pruned', name), { shape, values: value.map((v) => 1.1 * v) });
  }
  prunable.forEach(({ name, shape }, i) => state.set(stateName('mask', name), { shape, values: masks[i]! }));
  return state;
}

describe('the prediction program', () => {
  test('compiled says the same as eager, and d is below 1 where pruning moves the embedding', async () => {
    const program = predictionProgram(network, description, { ...PLAIN, pruned: PRUNED }, plan.shapes);
    await record(program, folder);
    const state = predictionState(program.state, 'teacher', storedState(trainingState()));
    const [eager, compiled] = [runEagerly(program), load(folder)].map((session) => {
      session.assign(state);
      const prediction = new Predictor(session, plan, input.atOnce).predict([image])[0]!;
      session.dispose();
      return prediction;
    });
    expectClose(compiled!.confidence, eager!.confidence, 1e-4);
    expectClose(compiled!.similarity, eager!.similarity, 1e-4);
    expectClose(compiled!.embedding, eager!.embedding, 1e-3);
    expect(new Set(eager!.embedding).size).toBeGreaterThan(100);
    expect(compiled!.classes.filter((value, i) => value !== eager!.classes[i]).length).toBeLessThan(5);
    expect(eager!.confidence.every((p) => p > 1 / CLASSES && p <= 1)).toBe(true);
    expect(eager!.similarity.every((d) => d >= 0.5 && d <= 1.00001)).toBe(true);
    expect(Math.min(...eager!.similarity)).toBeLessThan(0.999);
  });

  test('scales p̃ and d as training does, compiled as eager', async () => {
    const scale = { classes: Array.from({ length: CLASSES }, (_, k) => 1 + k / 2), beta: 12 };
    const programs = [null, scale].map((its) =>
      predictionProgram(network, description, { ...PLAIN, pruned: PRUNED, scale: its }, plan.shapes),
    );
    const scaledFolder = join(folder, 'scaled');
    await record(programs[1]!, scaledFolder);
    const [literal, eager, compiled] = [...programs.map(runEagerly), load(scaledFolder)].map((session) => {
      session.assign(predictionState(programs[0]!.state, 'teacher', storedState(trainingState())));
      const prediction = new Predictor(session, plan, input.atOnce).predict([image])[0]!;
      session.dispose();
      return prediction;
    });
    expect(eager!.classes).toEqual(literal!.classes);
    expectClose(
      eager!.confidence,
      literal!.confidence.map((p, i) => Math.min(1, p * scale.classes[literal!.classes[i]!]!)),
    );
    expectClose(
      eager!.similarity,
      literal!.similarity.map((d) => d ** scale.beta),
    );
    // A pixel between two classes may fall to the other one.
    const alike = Array.from(compiled!.classes, (value, i) => value === eager!.classes[i]);
    const chosen = (values: Float32Array): Float32Array => values.filter((_, i) => alike[i]);
    expectClose(chosen(compiled!.confidence), chosen(eager!.confidence), 1e-4);
    expectClose(compiled!.similarity, eager!.similarity, 1e-3);
  });

  test('without a pruned teacher needs only the teacher, or the student in its place', () => {
    const program = predictionProgram(network, description, PLAIN, plan.shapes);
    const session = runEagerly(program);
    const predictions = (['teacher', 'student', 'teacher'] as const).map((role) => {
      session.assign(predictionState(program.state, role, storedState(trainingState())));
      return new Predictor(session, plan, input.atOnce).predict([image])[0]!;
    });
    session.dispose();
    expect(predictions[0]).toEqual(predictions[2]);
    expect(predictions[0]!.confidence).not.toEqual(predictions[1]!.confidence);
    expect(predictions[0]!.similarity.every((d) => d === 1)).toBe(true);
  });

  test('with Best masks says of a mirrored image more nearly what it says of the image, compiled as eager and with a fitted confidence', async () => {
    const [width, height] = [48, 32];
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 131) % 256);
    const mirrored = <T extends Uint8Array | Float32Array>(values: T, channels: number): T =>
      values.map((_, i) => {
        const [place, channel] = [Math.floor(i / channels), i % channels];
        const [y, x] = [Math.floor(place / width), place % width];
        return values[(y * width + width - 1 - x) * channels + channel]!;
      }) as T;
    const images = [data, mirrored(data, 3)].map((pixels) => ({ width, height, data: pixels }));
    const confidence = { bias: 0.3, certainty: 2, margin: -1, classes: [0, 0.5, -0.5] };
    const shapes = planShapes(images, input, CLASSES);
    const predicted = (best: boolean, compiled: string | null): Prediction[] => {
      const scoring = { ...PLAIN, confidence, viewScale: 1.4, best };
      const program = predictionProgram(network, description, scoring, shapes.shapes);
      const session = compiled === null ? runEagerly(program) : load(compiled);
      session.assign(predictionState(program.state, 'teacher', storedState(trainingState())));
      const predictions = new Predictor(session, shapes, batchOf(scoring, input)).predict(images);
      session.dispose();
      return predictions;
    };
    const bestFolder = join(folder, 'best');
    await record(predictionProgram(network, description, { ...PLAIN, confidence, viewScale: 1.4, best: true }, shapes.shapes), bestFolder);
    const [plain, best, compiled] = [predicted(false, null), predicted(true, null), predicted(true, bestFolder)];
    const unlike = ([one, other]: Prediction[]): number => {
      const back = mirrored(other!.probability!, 1);
      return Math.max(...one!.probability!.map((p, i) => Math.abs(p - back[i]!)));
    };
    expect(unlike(best)).toBeLessThan(unlike(plain) / 2);
    expectClose(compiled[0]!.probability!, best[0]!.probability!, 1e-4);
    expectClose(compiled[0]!.confidence, best[0]!.confidence, 1e-4);
    expect(best[0]!.confidence).not.toEqual(best[0]!.probability);
  });

  test('looks at an image in the size that it is told to, and answers in that of the image', () => {
    const said = (pixels: typeof image, viewScale: number): Prediction => {
      const shapes = planShapes([pixels], input, CLASSES);
      const scoring = { ...PLAIN, viewScale };
      const session = runEagerly(predictionProgram(network, description, scoring, shapes.shapes));
      const needed = predictionProgram(network, description, scoring, shapes.shapes).state;
      session.assign(predictionState(needed, 'teacher', storedState(trainingState())));
      const prediction = new Predictor(session, shapes, batchOf(scoring, input)).predict([pixels])[0]!;
      session.dispose();
      return prediction;
    };
    // A picture of two by two squares, drawn at twice the size: what is seen of it shrunk is what is seen of the small one.
    const square = (x: number, y: number): number => ((x >> 3) + (y >> 3)) % 2;
    const drawn = (side: number): typeof image => {
      const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
        const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)].map((at) => Math.floor((at * 32) / side)) as [number, number];
        return 40 + 160 * square(x, y) + 20 * (i % 3);
      });
      return { width: side, height: side, data };
    };
    const [small, large] = [said(drawn(32), 1), said(drawn(64), 0.5)];
    expect([large.width, large.height, large.confidence.length]).toEqual([64, 64, 64 * 64]);
    const differences = small.confidence.map((p, i) => {
      const [x, y] = [i % 32, Math.floor(i / 32)];
      return Math.abs(p - (large.confidence[2 * y * 64 + 2 * x]! + large.confidence[(2 * y + 1) * 64 + 2 * x + 1]!) / 2);
    });
    expect(Math.max(...differences)).toBeLessThan(0.01);
    expect(said(drawn(64), 1).confidence).not.toEqual(large.confidence);
  });

  test('leaves no tensor behind', () => {
    const program = predictionProgram(network, description, PLAIN, plan.shapes);
    const session = runEagerly(program);
    session.assign(predictionState(program.state, 'teacher', storedState(trainingState())));
    const predictor = new Predictor(session, plan, input.atOnce);
    predictor.predict([image]);
    const before = tf.memory().numTensors;
    predictor.predict([image]);
    expect(tf.memory().numTensors).toBe(before);
    session.dispose();
  });
});

test('a checkpoint that lacks a variable is refused', () => {
  const program = predictionProgram(network, description, { ...PLAIN, pruned: PRUNED }, plan.shapes);
  const tensors = trainingState();
  const missing = [...tensors.keys()].find((name) => name.startsWith('pruned/'))!;
  tensors.delete(missing);
  expect(() => predictionState(program.state, 'teacher', storedState(tensors))).toThrow(missing);
});
