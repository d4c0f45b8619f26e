import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createHeadNetwork, FIRST_BIAS, FIRST_KERNEL } from './head-network';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import { createPixelNetwork } from './create';
import { initialValues } from './initial';

beforeAll(() => loadTensorFlow());

const INFER = { kind: 'infer' } as const;

describe.each(['efficientnet-lite0', 'efficientnet-lite2', 'resnet18'] as const)('the pixel head on %s', (backbone) => {
  const network = createPixelNetwork(backbone, 3);
  const [height, width] = [64, 96];

  test('says of a pixel in the middle of a cell what the decoded image says of the cell', () => {
    const initial = initialValues(network.specs, 1);
    tf.tidy(() => {
      const tensors = new Map(network.specs.map(({ name, shape }) => [name, tf.tensor(initial.get(name)!, [...shape])]));
      const lookup = (name: string): tf.Tensor => tensors.get(name)!;
      const x = tf.randomNormal<tf.Rank.R4>([2, height, width, 3], 0, 1, 'float32', 5);
      const cells = [
        [0, 0],
        [3, 7],
        [15, 23],
      ];
      // The middle of a cell of 4 × 4 pixels lies between pixels 1 and 2.
      const at = (axis: 0 | 1): tf.Tensor2D => tf.tensor2d([1, 2].map(() => cells.map((cell) => 4 * cell[axis]! + 1.5)));
      const features = network.features(lookup, x, { rows: at(0), columns: at(1) });
      expect(features.shape).toEqual([6, network.inputs]);
      const head = createHeadNetwork(network.inputs, 3);
      const kernels = network.specs.filter(({ part, kind }) => part === 'decoder' && kind === 'kernel').map(({ name }) => lookup(name));
      const first = new Map([
        [FIRST_KERNEL, tf.concat(kernels, 2)],
        [FIRST_BIAS, lookup('decoder.whole.bias')],
      ]);
      const pixels = head.forward((name) => first.get(name) ?? lookup(name), features, INFER);
      const image = network.forward(lookup, x, INFER);
      expect(image.logits.shape).toEqual([2, height / 4, width / 4, 3]);
      for (const kind of ['logits', 'embedding'] as const) {
        const cellOf = image[kind].arraySync();
        const expected = [0, 1].flatMap((i) => cells.flatMap(([row, column]) => cellOf[i]![row!]![column!]!));
        expectClose(Array.from(pixels[kind].dataSync()), expected, 2e-3);
      }
    });
  });
});
