import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runEagerly } from '../compile/eager';
import { load } from '../compile/load';
import type { Program, Session, Values } from '../compile/program';
import { record } from '../compile/record';
import { magnitudeMasks } from '../core/prune';
import type { Network, VariableSpec } from '../model/network';
import { batchNorm, batchNormInference } from '../ops/batch-norm';
import { biasAdd } from '../ops/bias-add';
import { conv2d } from '../ops/conv2d';
import { relu } from '../ops/relu';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import golden from './golden/step.json';
import { conf } from '../methods/conf';
import { pgcl } from '../methods/pgcl';
import { trainingDescent } from './descent';
import { trainingProgram } from './training';
import { isPrunable, isStatistic, stateName } from '../checkpoint/state';
import type { StepSettings } from './step';

/** The network of the golden file: two 3×3 convolutions as encoder, a 1×1 classifier, a projector of two 1×1 convolutions. */
const conv = (name: string, part: VariableSpec['part'], size: number, from: number, to: number): VariableSpec[] => [
  { name: `${name}.weight`, shape: [size, size, from, to], kind: 'kernel', part },
];
const norm = (name: string, part: VariableSpec['part'], channels: number): VariableSpec[] =>
  (['gamma', 'beta', 'mean', 'variance'] as const).map((kind) => ({ name: `${name}.${kind}`, shape: [channels], kind, part }));

const network: Network = {
  specs: [
    ...conv('conv1', 'backbone', 3, 3, 8),
    ...norm('bn1', 'backbone', 8),
    ...conv('conv2', 'decoder', 3, 8, 8),
    ...norm('bn2', 'decoder', 8),
    ...conv('cls', 'classifier', 1, 8, 4),
    { name: 'cls.bias', shape: [4], kind: 'bias', part: 'classifier' },
    ...conv('p1', 'projector', 1, 8, 6),
    ...norm('pb1', 'projector', 6),
    ...conv('p2', 'projector', 1, 6, 5),
    ...norm('pb2', 'projector', 5),
  ],
  batchNormMomentum: () => 0.01,
  stride: 1,
  embedding: 5,
  classes: 4,
  forward(lookup, x, mode) {
    const block = (input: tf.Tensor4D, name: string, layer: string): tf.Tensor4D => {
      const y = conv2d(input, lookup(`${name}.weight`) as tf.Tensor4D);
      const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map((kind) => lookup(`${layer}.${kind}`) as tf.Tensor1D);
      if (mode.kind !== 'train') return relu(batchNormInference(y, gamma!, beta!, mean!, variance!, 1e-3));
      const normalised = batchNorm(y, gamma!, beta!, 1e-3);
      mode.onStatistics(layer, normalised.mean, normalised.variance);
      return relu(normalised.y);
    };
    const features = block(block(x, 'conv1', 'bn1'), 'conv2', 'bn2');
    return {
      logits: biasAdd(conv2d(features, lookup('cls.weight') as tf.Tensor4D), lookup('cls.bias') as tf.Tensor1D),
      embedding: block(block(features, 'p1', 'pb1'), 'p2', 'pb2'),
    };
  },
};

const settings: StepSettings & { scope: 'encoder'; doubt: 'similarity' } = {
  batch: 2,
  unlabelledBatch: 2,
  crop: 8,
  anchors: 32,
  negatives: 48,
  tau: 0.5,
  prunedStatistics: 'recalibrated',
  doubt: 'similarity',
  scope: 'encoder',
};

const descent = trainingDescent({ momentum: 0.9, weightDecay: 1e-4 });

/** The golden file has torch's names of a batch normalisation's parameters. */
const torchName = (name: string): string => (/^p?b/.test(name) ? name.replace('.gamma', '.weight').replace('.beta', '.bias') : name);
const start: Readonly<Record<string, { data: number[] }>> = golden.start;

/** What a program begins with: nothing pruned, where it prunes. */
function initialState(program: Program): Record<string, Float32Array> {
  const state: Record<string, Float32Array> = {};
  for (const spec of network.specs) {
    const size = spec.shape.reduce((product, side) => product * side, 1);
    const value = Float32Array.from(start[torchName(spec.name)]?.data ?? new Float32Array(size).fill(spec.kind === 'variance' ? 1 : 0));
    state[stateName('student', spec.name)] = value;
    state[stateName('teacher', spec.name)] = value;
    if (isStatistic(spec)) state[stateName('pruned', spec.name)] = value;
    else state[stateName('velocity', spec.name)] = new Float32Array(size);
    if (isPrunable(spec, 'encoder')) state[stateName('mask', spec.name)] = new Float32Array(size).fill(1);
  }
  return Object.fromEntries(Object.entries(state).filter(([name]) => name in program.state));
}

type GoldenStep = (typeof golden.steps)[number];

function inputsOf(step: GoldenStep): Record<string, Values> {
  const pixels = 2 * 8 * 8;
  const scalar = (value: number): Float32Array => Float32Array.of(value);
  return {
    images: Float32Array.from(step.labelled.data),
    labels: Int32Array.from(step.labels.data),
    weak: Float32Array.from(step.weak.data),
    strong: Float32Array.from(step.strong.data),
    inside: new Float32Array(pixels).fill(1),
    rejected: new Int32Array(pixels).fill(255),
    boxes: new Int32Array(8),
    partners: Int32Array.of(1, 0),
    anchors: Int32Array.from(step.anchors.data),
    negatives: Int32Array.from(step.negatives.data),
    gamma: scalar(step.gamma),
    beta: scalar(step.beta),
    classFactors: new Float32Array(4).fill(1),
    lrBackbone: scalar(step.lr),
    lrHead: scalar(step.lr),
    emaAlpha: scalar(step.emaAlpha),
    lambdaCons: scalar(1),
    lambdaCont: scalar(1),
  };
}

function renewMask(session: Session, weak: Values): void {
  const names = network.specs.filter((spec) => isPrunable(spec, 'encoder')).map(({ name }) => name);
  const kernels = session.read(names.map((name) => stateName('teacher', name)));
  const masks = magnitudeMasks(
    names.map((name) => Float32Array.from(kernels[stateName('teacher', name)]!)),
    0.5,
    'global',
  );
  session.assign(Object.fromEntries(names.map((name, i) => [stateName('mask', name), masks[i]!])));
  session.call('recalibrate', { weak, weight: Float32Array.of(1) });
}

const pruning = trainingProgram(network, pgcl('similarity'), settings, descent);
const folder = mkdtempSync(join(tmpdir(), 'espalier-step-'));
beforeAll(async () => {
  await loadTensorFlow();
  await record(pruning, folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ['eager', () => runEagerly(trainingProgram(network, pgcl('similarity'), settings, descent))],
  ['compiled', () => load(folder)],
])('five whole iterations, %s', (_, open) => {
  test('agree with the oracle', () => {
    const session = open();
    session.assign(initialState(pruning));
    for (const step of golden.steps) {
      const inputs = inputsOf(step);
      if (step.newMask) renewMask(session, inputs['weak']!);
      const out = session.call('step', inputs);
      expectClose(
        ['similarity', 'score', 'kept', 'sup', 'cons', 'cont', 'loss'].map((name) => out[name]![0]!),
        [step.similarityMean, step.scoreMean, step.kept / 128, step.sup, step.cons, step.cont, step.sup + step.cons + step.cont],
        1e-4,
      );
      for (const [role, sums] of [
        ['student', step.studentAbsSum],
        ['teacher', step.teacherAbsSum],
      ] as const) {
        for (const { name } of network.specs.filter((spec) => !isStatistic(spec))) {
          const values = session.read([stateName(role, name)])[stateName(role, name)]!;
          const sum = Array.from(values).reduce((total, value) => total + Math.abs(value), 0);
          expectClose([sum], [(sums as Record<string, number>)[torchName(name)]!], 1e-4);
        }
      }
      expectClose(session.read(['teacher/bn1.mean'])['teacher/bn1.mean']!, step.teacherMean1, 1e-4);
      expectClose(session.read(['teacher/bn1.variance'])['teacher/bn1.variance']!, step.teacherVar1, 1e-4);
    }
    session.dispose();
  });
});

describe('a step', () => {
  const [step] = golden.steps;

  function once(changes: Record<string, Values>, method = pgcl('similarity')): { out: Record<string, Values>; session: Session } {
    const program = trainingProgram(network, method, settings, descent);
    const session = runEagerly(program);
    session.assign(initialState(program));
    return { out: session.call('step', { ...inputsOf(step!), ...changes }), session };
  }

  test('learns nothing from pixels where the user rejected the teacher’s class', () => {
    const without = once({});
    const ruledOut = [0, 1, 2, 3].map((k) => once({ rejected: new Int32Array(128).fill(k) }).out['kept']![0]!);
    const kept = without.out['kept']![0]!;
    expect(kept).toBeGreaterThan(0);
    expect(ruledOut.reduce((sum, share) => sum + (kept - share), 0)).toBeCloseTo(kept, 6);
  });

  test('has no unsupervised loss and no NaN when everything is padding and nothing is labelled', () => {
    const { out, session } = once({ inside: new Float32Array(128), labels: new Int32Array(128).fill(255) });
    expect(['loss', 'sup', 'cons', 'cont', 'kept', 'similarity'].map((name) => out[name]![0])).toEqual([0, 0, 0, 0, 0, 0]);
    const student = session.read(network.specs.map(({ name }) => stateName('student', name)));
    expect(Object.values(student).every((values) => values.every(Number.isFinite))).toBe(true);
  });

  test('of one labelled and two unlabelled images learns what it learns of two copies of each', () => {
    const [pixels, numbers] = [8 * 8, 8 * 8 * 3];
    const { images, labels, weak, strong, ...others } = inputsOf(step!);
    /** What a step of n labelled and 2n unlabelled images gives, when the labelled ones are all the same. */
    const learnt = (n: number): unknown[] => {
      const program = trainingProgram(network, pgcl('similarity'), { ...settings, batch: n, unlabelledBatch: 2 * n }, descent);
      const session = runEagerly(program);
      session.assign(initialState(program));
      const copies = <V extends Float32Array | Int32Array>(values: V, size: number): V => {
        const all = Array.from({ length: n }, () => Array.from(values.subarray(0, size))).flat();
        return (values instanceof Int32Array ? Int32Array.from(all) : Float32Array.from(all)) as V;
      };
      const out = session.call('step', {
        ...others,
        images: copies(images as Float32Array, numbers),
        labels: copies(labels as Int32Array, pixels),
        weak: copies(weak as Float32Array, 2 * numbers),
        strong: copies(strong as Float32Array, 2 * numbers),
        inside: new Float32Array(2 * n * pixels).fill(1),
        rejected: new Int32Array(2 * n * pixels).fill(255),
        boxes: new Int32Array(2 * n * 4),
        partners: Int32Array.from({ length: 2 * n }, (_, i) => i),
      });
      const student = session.read(network.specs.filter((spec) => !isStatistic(spec)).map(({ name }) => stateName('student', name)));
      return [...Object.values(out), ...Object.values(student)].flatMap((values) => Array.from(values));
    };
    const [once, twice] = [learnt(1), learnt(2)] as [number[], number[]];
    expectClose(twice, once, 1e-4);
  });

  test('by confidence is the one with β = 0', () => {
    const doubtless = once({ beta: Float32Array.of(0) }).out;
    const plain = once({}, conf).out;
    expectClose([plain['loss']![0]!, plain['kept']![0]!], [doubtless['loss']![0]!, doubtless['kept']![0]!], 1e-6);
    expect(plain['kept']).toEqual(plain['keptByConfidence']);
    expect(plain['similarity']).toBeUndefined();
  });

  test('with a factor on every class’s confidence keeps what a lower threshold keeps, and nothing of a class with none', () => {
    const [half, lower] = [0.5, 2].map((factor) => once({ classFactors: new Float32Array(4).fill(factor) }, conf).out);
    const gamma = step!.gamma;
    for (const [out, factor] of [
      [half!, 0.5],
      [lower!, 2],
    ] as const) {
      expect(out['kept']).toEqual(once({ gamma: Float32Array.of(gamma / factor) }, conf).out['kept']);
    }
    expect(half!['kept']![0]!).toBeLessThan(lower!['kept']![0]!);
    const shares = [0, 1, 2, 3].map(
      (k) => once({ classFactors: Float32Array.from([0, 1, 2, 3], (each) => Number(each === k)) }, conf).out['kept']![0]!,
    );
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(once({}, conf).out['kept']![0]!, 6);
  });

  test('with scaled scores is the same compiled as eager', () => {
    const changes = { classFactors: Float32Array.of(1, 1.5, 0.8, 2), beta: Float32Array.of(7.3) };
    const { out } = once(changes);
    const compiled = load(folder);
    compiled.assign(initialState(pruning));
    const again = compiled.call('step', { ...inputsOf(step!), ...changes });
    compiled.dispose();
    for (const name of Object.keys(out)) expectClose(again[name]!, out[name]!, 1e-4);
    expect(out['score']).not.toEqual(once({}).out['score']);
  });

  test('by probability finds in a pruned teacher that lost nothing the teacher’s own confidence', () => {
    const doubted = once({ beta: Float32Array.of(1) }, pgcl('probability')).out;
    const trusted = once({ beta: Float32Array.of(0) }, pgcl('probability')).out;
    expectClose(doubted['similarity']!, trusted['score']!);
    expect(doubted['score']![0]!).toBeLessThan(trusted['score']![0]!);
    expect(trusted['score']).toEqual(once({}, conf).out['score']);
  });

  test('on labelled images alone leaves the projector’s weights alone, and moves the teacher', () => {
    const program = trainingProgram(network, null, settings, descent);
    const session = runEagerly(program);
    const state = initialState(program);
    session.assign(state);
    const { images, labels, lrBackbone, lrHead, emaAlpha } = inputsOf(step!);
    session.call('supervised', { images: images!, labels: labels!, lrBackbone: lrBackbone!, lrHead: lrHead!, emaAlpha: emaAlpha! });
    const after = session.read(['student/p1.weight', 'teacher/conv1.weight', 'student/pb1.mean']);
    expect(after['student/p1.weight']).toEqual(state['student/p1.weight']);
    expect(after['teacher/conv1.weight']).not.toEqual(state['teacher/conv1.weight']);
    expect(after['student/pb1.mean']).not.toEqual(state['student/pb1.mean']);
  });

  test('leaves no tensor behind', () => {
    const { session } = once({});
    const { numTensors } = tf.memory();
    session.call('step', inputsOf(step!));
    expect(tf.memory().numTensors).toBe(numTensors);
    session.dispose();
  });
});
