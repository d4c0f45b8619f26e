import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '@shared/random';
import type { Backbone, DecoderName } from '@shared/settings';
import { modelReader, runOnnx } from '../../../../scripts/readers/index.mjs';
import { stateName } from '../checkpoint/state';
import { runEagerly } from '../compile/eager';
import { BACKBONE_DESCRIPTIONS } from '../model/backbones';
import { createNetwork } from '../model/create';
import { initialValues } from '../model/initial';
import { loadTensorFlow } from '../process/tensorflow';
import { freeze } from './freeze';
import { encodeOnnx } from './onnx/encode';
import { deployment } from './program';

const { python } = await modelReader();
const [WIDTH, HEIGHT] = [131, 90];
const out = mkdtempSync(join(tmpdir(), 'espalier-networks-'));
beforeAll(() => loadTensorFlow());
afterAll(() => rmSync(out, { recursive: true }));

describe.skipIf(python === undefined)('a network that was never trained', () => {
  it.each<[Backbone, DecoderName]>([
    ['resnet18', 'deeplab'],
    ['resnet50', 'pixel'],
    ['dinov2-small', 'pixel'],
  ])(
    'gives onnxruntime the numbers that it gives here (%s, %s)',
    async (backbone, decoder) => {
      const network = createNetwork(backbone, 3, decoder);
      const initial = initialValues(network.specs, 1);
      const values = Object.fromEntries(network.specs.map(({ name }) => [stateName('teacher', name), initial.get(name)!]));
      const { state, entry } = deployment(
        { network, seen: BACKBONE_DESCRIPTIONS[backbone], viewScale: 1, classIds: [0, 1, 2] },
        'probabilities',
      );
      const random = new RandomStream('picture', 1);
      const rgb = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => 100 + 80 * Math.sin(i / 900) + random.integer(50));

      const eager = runEagerly({ state, entries: { entry } });
      eager.assign(values);
      const { probabilities } = eager.call('entry', { image: Float32Array.from(rgb) }, { image: [1, HEIGHT, WIDTH, 3] });
      eager.dispose();

      const { graph, signature } = freeze({ state, entry }, values);
      expect(graph.nodes.map(({ op }) => op)).not.toContain('FusedBatchNormV3');
      const [model, image] = [join(out, `${backbone}.onnx`), join(out, `${backbone}.png`)];
      writeFileSync(model, encodeOnnx(graph, signature, { espalier: '{}' }));
      await sharp(rgb, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
        .png()
        .toFile(image);
      const { opset, given } = await runOnnx(python!, model, [image]);
      expect(opset).toBe(17);
      const { data } = given[0]!;
      expect(data).toHaveLength(probabilities!.length);
      const worst = data.reduce((most, each, i) => Math.max(most, Math.abs(each - probabilities![i]!)), 0);
      expect(worst).toBeLessThan(1e-3);
    },
    300_000,
  );
});
