import { expect, test } from 'vitest';
import { delayEarlyWork } from './delay';
import { Graph } from './graph';

const FLOAT = { dtype: { kind: 'type', value: 1 } } as const;

test('products of the state wait for the layer that uses them, with all that leads to them, once', () => {
  const graph = new Graph();
  const image = graph.add('image', 'Placeholder', [], { ...FLOAT, shape: { kind: 'shape', value: [2, 2] } });
  const rate = graph.add('rate', 'Placeholder', [], { ...FLOAT, shape: { kind: 'shape', value: [] } });
  const kernel = graph.add('kernel', 'ReadVariableOp', [graph.add('variable', 'VarHandleOp', [], FLOAT)], FLOAT);
  const masked = graph.add('masked', 'Mul', [kernel, rate], {});
  const folded = graph.add('folded', 'Mul', [masked, kernel], {});
  const first = graph.add('first', 'Conv2D', [image, kernel], {});
  const second = graph.add('second', 'Conv2D', [first, folded], {});
  graph.add('third', 'Add', [second, masked], {});
  delayEarlyWork(graph.nodes);
  const waiting = graph.nodes.filter(({ after }) => after.length > 0).map(({ name, after }) => [name, ...after]);
  expect(waiting).toEqual([
    ['masked', 'first'],
    ['folded', 'first'],
  ]);
});
