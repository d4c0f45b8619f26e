import { expect, test } from 'vitest';
import { delayMoves } from './delay-moves';
import { Graph } from './graph';

test('a copy waits for what is copied for its user only after it', () => {
  const graph = new Graph();
  const image = graph.add('image', 'Placeholder', [], {});
  const dy = graph.add('dy', 'Relu', [graph.add('later', 'Conv2D', [image, image], {})], {});
  const slice = graph.add('slice', 'Slice', [graph.add('padded', 'Pad', [image], {})], {});
  graph.add('product', 'MatMul', [slice, graph.add('flat', 'Reshape', [graph.add('part', 'Slice', [dy], {})], {})], {});
  delayMoves(graph.nodes);
  expect(graph.nodes.flatMap(({ name, after }) => (after.length > 0 ? [[name, ...after]] : []))).toEqual([
    ['padded', 'dy'],
    ['slice', 'dy'],
    ['part', 'slice'],
    ['flat', 'slice'],
  ]);
});

test('a copy waits for what all its users need besides it, once, and nothing waits for what comes of it', () => {
  const graph = new Graph();
  const image = graph.add('image', 'Placeholder', [], {});
  const dy = graph.add('dy', 'Relu', [graph.add('later', 'Conv2D', [image, image], {})], {});
  const padded = graph.add('padded', 'PadV2', [image], {});
  const slices = ['left', 'right'].map((name) => graph.add(name, 'Slice', [padded], {}));
  for (const slice of slices) graph.add(`${slice.node}/product`, 'MatMul', [slice, dy], {});
  const flat = graph.add('flat', 'Reshape', [image], {});
  graph.add('first', 'MatMul', [flat, dy], {});
  graph.add('second', 'Relu', [flat], {});
  graph.add('sum', 'Add', [graph.add('shape', 'Reshape', [dy], {}), dy], {});
  delayMoves(graph.nodes);
  const waiting = graph.nodes.filter(({ after }) => after.length > 0).map(({ name, after }) => [name, ...after]);
  expect(waiting).toEqual([
    ['padded', 'dy'],
    ['left', 'dy'],
    ['right', 'dy'],
  ]);
});
