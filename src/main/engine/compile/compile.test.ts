import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conv2d } from '../ops/conv2d';
import { gatherRows } from '../ops/gather';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import { runEagerly } from './eager';
import { load } from './load';
import type { Program, Session } from './program';
import { record } from './record';

const folder = mkdtempSync(join(tmpdir(), 'espalier-compile-'));
beforeAll(() => loadTensorFlow());
afterAll(() => rmSync(folder, { recursive: true }));

const image = { dtype: 'float32', shape: [1, 4, 4, 2] } as const;

/** Gradient descent of a convolution on a picked row, with a counter. */
const program: Program = {
  state: { kernel: { dtype: 'float32', shape: [3, 3, 2, 2] }, steps: { dtype: 'int32', shape: [] } },
  entries: {
    train: {
      inputs: { image, row: { dtype: 'int32', shape: [1] }, rate: { dtype: 'float32', shape: [] } },
      run({ image, row, rate }, { kernel, steps }) {
        const loss = (w: tf.Tensor): tf.Scalar => {
          const y = tf.reshape(conv2d(image as tf.Tensor4D, w as tf.Tensor4D), [16, 2]) as tf.Tensor2D;
          return tf.mean(tf.square(tf.expandDims(gatherRows(y, row as tf.Tensor1D), 0)));
        };
        const { value, grad } = tf.valueAndGrad(loss)(kernel!);
        const updates = { kernel: tf.sub(kernel!, tf.mul(grad, rate!)), steps: tf.add(steps!, tf.scalar(1, 'int32')) };
        return { outputs: { loss: value, before: steps! }, updates };
      },
    },
    predict: {
      inputs: { image },
      run: ({ image }, { kernel }) => ({ outputs: { y: conv2d(image as tf.Tensor4D, kernel as tf.Tensor4D) } }),
    },
  },
};

const ramp = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(i + 1));

function exercise(session: Session): number[] {
  session.assign({ kernel: ramp(36), steps: Int32Array.of(5) });
  const losses = [0, 7, 7, 15].flatMap((row) => {
    const { loss, before } = session.call('train', { image: ramp(32), row: Int32Array.of(row), rate: Float32Array.of(0.05) });
    return [loss![0]!, before![0]!];
  });
  const { y } = session.call('predict', { image: ramp(32) });
  const { kernel, steps } = session.read(['kernel', 'steps']);
  return [...losses, ...y!, ...kernel!, ...steps!];
}

describe('a recorded program', () => {
  beforeAll(() => record(program, folder));

  test('gives the same numbers as the eager one, with a state that its entries share', () => {
    const eager = runEagerly(program);
    const compiled = load(folder);
    const expected = exercise(eager);
    expectClose(exercise(compiled), expected, 1e-6);
    expect(expected.slice(0, 8).filter((_, i) => i % 2 === 1)).toEqual([5, 6, 7, 8]);
    expect(expected.at(-1)).toBe(9);
    eager.dispose();
    compiled.dispose();
  });

  test('does not change the arrays it was given, nor keep them', () => {
    const compiled = load(folder);
    const kernel = ramp(36);
    compiled.assign({ kernel, steps: Int32Array.of(0) });
    kernel.fill(0);
    compiled.call('train', { image: ramp(32), row: Int32Array.of(1), rate: Float32Array.of(0) });
    expectClose(compiled.read(['kernel']).kernel!, ramp(36));
    expect(kernel.every((value) => value === 0)).toBe(true);
    compiled.dispose();
  });

  test('names what is wrong with a call', () => {
    const compiled = load(folder);
    expect(() => compiled.call('predict', {})).toThrow('Input image is missing');
    expect(() => compiled.call('predict', { image: new Float32Array(3) })).toThrow('image must be float32 [1, 4, 4, 2]');
    expect(() => compiled.call('fly', {})).toThrow('Unknown entry fly');
    expect(() => compiled.assign({ wings: new Float32Array(1) })).toThrow('Unknown tensor wings');
    compiled.dispose();
  });

  test('leaves no tensor behind', () => {
    for (const session of [runEagerly(program), load(folder)]) {
      exercise(session);
      const { numTensors } = tf.memory();
      exercise(session);
      expect(tf.memory().numTensors).toBe(numTensors);
      session.dispose();
    }
  });
});

describe('recording refuses', () => {
  const entry = (run: Program['entries'][string]['run']): Program => ({ state: {}, entries: { f: { inputs: { image }, run } } });

  test('a function that reads a value', async () => {
    const peeking = entry(({ image }) => ({ outputs: { y: tf.mul(image!, tf.sum(image!).dataSync()[0]!) } }));
    await expect(record(peeking, folder)).rejects.toThrow('must not read the value');
  });

  test('a tensor made outside', async () => {
    const outside = tf.add(tf.ones([2]), 1);
    await expect(
      record(
        entry(({ image }) => ({ outputs: { y: tf.mul(image!, outside) } })),
        folder,
      ),
    ).rejects.toThrow('made outside');
  });
});

test('calls an entry on images of other sizes than it was recorded with, and gives the eager numbers', async () => {
  const apart = mkdtempSync(join(tmpdir(), 'espalier-sized-'));
  const sized: Program = {
    state: program.state,
    entries: { predict: { ...program.entries.predict!, sized: ['image'] } },
  };
  await record(sized, apart);
  const [recorded, eager] = [load(apart), runEagerly(sized)];
  try {
    for (const [height, width] of [
      [4, 4],
      [6, 10],
      [3, 5],
    ] as const) {
      const numbers = [recorded, eager].map((session) => {
        session.assign({ kernel: ramp(36), steps: Int32Array.of(0) });
        return session.call('predict', { image: ramp(height * width * 2) }, { image: [1, height, width, 2] }).y!;
      });
      expect(numbers[0]).toHaveLength(height * width * 2);
      expectClose(numbers[0]!, numbers[1]!);
    }
    for (const session of [recorded, eager])
      expect(() => session.call('predict', { image: ramp(48) }, { image: [1, 4, 4, 3] })).toThrow('image cannot be');
  } finally {
    recorded.dispose();
    eager.dispose();
    rmSync(apart, { recursive: true });
  }
});
