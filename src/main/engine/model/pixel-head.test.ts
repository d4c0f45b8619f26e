import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createHeadNetwork, FIRST_BIAS, FIRST_KERNEL } from './head-network';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import { createPixelNetwork } from './create';
import { mapSize } from './feature-layout';
import { hypercolumns } from './hypercolumn';
import { initialValues } from './initial';

beforeAll(() => loadTensorFlow());

const INFER = { kind: 'infer' } as const;

describe.each(['efficientnet-lite0', 'efficientnet-lite2', 'resnet18', 'dinov2-small'] as const)('the pixel head on %s', (backbone) => {
  const network = createPixelNetwork(backbone, 3);
  const { stride, layout } = network;
  const [height, width] = [4 * layout.input.multiple, 6 * layout.input.multiple];

  test('says of a pixel in the middle of a cell what the decoded image says of the cell', () => {
    const initial = initialValues(network.specs, 1);
    tf.tidy(() => {
      const tensors = new Map(network.specs.map(({ name, shape }) => [name, tf.tensor(initial.get(name)!, [...shape])]));
      const lookup = (name: string): tf.Tensor => tensors.get(name)!;
      const x = tf.randomNormal<tf.Rank.R4>([2, height, width, 3], 0, 1, 'float32', 5);
      const cells = [
        [0, 0],
        [1, 5],
        [height / stride - 1, width / stride - 1],
      ];
      // The middle of a cell of 4 × 4 pixels lies between pixels 1 and 2.
      const middle = (cell: number): number => (cell + 0.5) * stride - 0.5;
      const places = cells.map(([row, column]) => ({ row: middle(row!), column: middle(column!) }));
      const values = new Float32Array(2 * places.length * network.inputs);
      const maps = network.maps(lookup, x);
      expect(maps.map(({ shape }) => shape)).toEqual(network.layout.maps.map((map) => [2, ...mapSize([height, width], map), map.channels]));
      for (const image of [0, 1]) {
        const own = maps.map((map) => {
          const [, height, width, channels] = map.shape;
          return { height, width, channels, values: new Float16Array(tf.slice(map, [image, 0, 0, 0], [1, -1, -1, -1]).dataSync()) };
        });
        hypercolumns(
          own,
          [height, width],
          places,
          Array.from(places.keys(), (row) => image * places.length + row),
          values,
        );
      }
      const features = tf.tensor2d(values, [6, network.inputs]);
      const head = createHeadNetwork(network.inputs, 3);
      const kernels = network.specs.filter(({ part, kind }) => part === 'decoder' && kind === 'kernel').map(({ name }) => lookup(name));
      const first = new Map([
        [FIRST_KERNEL, tf.concat(kernels, 2)],
        [FIRST_BIAS, lookup('decoder.whole.bias')],
      ]);
      const pixels = head.forward((name) => first.get(name) ?? lookup(name), features, INFER);
      const image = network.forward(lookup, x, INFER);
      expect(image.logits.shape).toEqual([2, height / stride, width / stride, 3]);
      for (const kind of ['logits', 'embedding'] as const) {
        const cellOf = image[kind].arraySync();
        const expected = [0, 1].flatMap((i) => cells.flatMap(([row, column]) => cellOf[i]![row!]![column!]!));
        expectClose(Array.from(pixels[kind].dataSync()), expected, 2e-3);
      }
    });
  });
});
