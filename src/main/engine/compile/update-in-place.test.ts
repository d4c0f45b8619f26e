import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emaUpdate } from '../core/ema';
import { sgd } from '../core/sgd';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import { runEagerly } from './eager';
import { Graph } from './graph';
import { load } from './load';
import type { Program, Session } from './program';
import { record } from './record';
import { updateInPlace } from './update-in-place';

const folder = mkdtempSync(join(tmpdir(), 'espalier-in-place-'));
beforeAll(() => loadTensorFlow());
afterAll(() => rmSync(folder, { recursive: true }));

const FLOAT = { kind: 'type', value: 1 } as const;

/** w ← w − change · rate of a variable, by the operations that a recording has. */
function descent(graph: Graph, name: string, change: string, rate: { shape: number[] }): void {
  const handle = graph.add(name, 'VarHandleOp', [], { dtype: FLOAT });
  const read = graph.add(`${name}/read`, 'ReadVariableOp', [handle], { dtype: FLOAT });
  const factor = graph.add(`${name}/rate`, 'Placeholder', [], { dtype: FLOAT, shape: { kind: 'shape', value: rate.shape } });
  const step = graph.add(`${name}/step`, 'Mul', [{ node: change, output: 0 }, factor], {});
  const value = graph.add(`${name}/value`, 'Sub', [read, step], {});
  graph.add(`${name}/assign`, 'AssignVariableOp', [handle, value], { dtype: FLOAT }, [read.node]);
}

test('a descent by a scalar rate becomes one kernel, after which others read; by a rate for each weight it stays', () => {
  const graph = new Graph();
  graph.add('gradient', 'Placeholder', [], {});
  descent(graph, 'w', 'gradient', { shape: [] });
  descent(graph, 'u', 'gradient', { shape: [3] });
  updateInPlace(graph.nodes);
  const ops = Object.fromEntries(graph.nodes.map(({ name, op, after }) => [name, [op, ...after].join(' ')]));
  expect(ops).toMatchObject({
    'w/assign': 'ResourceApplyGradientDescent w/read',
    'w/value': 'ReadVariableOp w/assign',
    'u/assign': 'AssignVariableOp u/read',
    'u/value': 'Sub',
  });
});

const weights = { dtype: 'float32', shape: [3] } as const;
const scalar = { dtype: 'float32', shape: [] } as const;

/** SGD and the average of what it gives; the value before and after is told. */
const program: Program = {
  state: { student: weights, velocity: weights, teacher: weights },
  entries: {
    train: {
      inputs: { gradient: weights, rate: scalar, alpha: scalar },
      run({ gradient, rate, alpha }, { student, velocity, teacher }) {
        const { update } = sgd({ momentum: 0.9, weightDecay: 0.01 });
        const moved = update(student!, { velocity: velocity! }, gradient!, { rate: rate as tf.Scalar });
        const average = emaUpdate(teacher!, moved.parameter, alpha as tf.Scalar);
        return {
          outputs: { before: tf.clone(student!), after: tf.mul(moved.parameter, 2), speed: tf.mul(moved.moments.velocity, 2) },
          updates: { student: moved.parameter, velocity: moved.moments.velocity, teacher: average },
        };
      },
    },
  },
};

function exercise(session: Session): number[] {
  session.assign({ student: Float32Array.of(1, -2, 3), velocity: Float32Array.of(0.5, 0, -1), teacher: Float32Array.of(4, 4, 4) });
  const told = [1, 2, 3].flatMap((step) => {
    const inputs = { gradient: Float32Array.of(step, -1, 0.5), rate: Float32Array.of(0.1 / step), alpha: Float32Array.of(0.75) };
    const { before, after, speed } = session.call('train', inputs);
    return [...before!, ...after!, ...speed!];
  });
  return [...told, ...Object.values(session.read(['student', 'velocity', 'teacher'])).flatMap((values) => [...values])];
}

test('momentum and average in place give the numbers of the plain operations', async () => {
  await record(program, folder);
  expectClose(exercise(load(folder)), exercise(runEagerly(program)), 1e-6);
});
