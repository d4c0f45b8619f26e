import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNetwork } from '../create';
import { publishedName, valuesFor } from './names';
import { pretrainedBackbone } from './pretrained';
import { type StoredTensor, writeSafetensors } from './safetensors';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-weights-'));
});
afterAll(() => rm(folder, { recursive: true }));

const specs = createNetwork('resnet18', 2).specs.filter(({ part }) => part === 'backbone');

/** What torchvision would save for the backbone: every value tells its own PyTorch index. */
function published(): Map<string, StoredTensor> {
  return new Map(
    specs.map((spec) => {
      const { shape } = spec;
      const [h, w, i, o] = shape;
      const stored = shape.length === 4 ? [o!, i!, h!, w!] : [...shape];
      return [
        publishedName(spec),
        { shape: stored, values: Float32Array.from({ length: stored.reduce((a, b) => a * b, 1) }, (_, at) => at) },
      ];
    }),
  );
}

async function saved(name: string, tensors: Map<string, StoredTensor>, metadata = {}): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, writeSafetensors(tensors, metadata));
  return file;
}

describe('names', () => {
  test('are those of torchvision', () => {
    expect(specs.map(publishedName)).toContain('layer2.0.downsample.1.running_var');
    expect(specs.map(publishedName)).toContain('conv1.weight');
    expect(new Set(specs.map(publishedName)).size).toBe(specs.length);
  });
});

describe('kernels', () => {
  const stored = { shape: [2, 3, 1, 2], values: Float32Array.from({ length: 12 }, (_, i) => i) };

  test('turn from OIHW into HWIO', () => {
    const kernel = { name: 'k', shape: [1, 2, 3, 2], kind: 'kernel', part: 'backbone' } as const;
    expect(Array.from(valuesFor(kernel, stored, 'OIHW')!)).toEqual([0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]);
    expect(valuesFor(kernel, stored, 'HWIO')).toBeNull();
  });

  test('that are matrices turn from OI into IO', () => {
    const kernel = { name: 'k', shape: [6, 2], kind: 'kernel', part: 'backbone' } as const;
    expect(Array.from(valuesFor(kernel, { ...stored, shape: [2, 6] }, 'OIHW')!)).toEqual([0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]);
    expect(valuesFor(kernel, { ...stored, shape: [6, 2] }, 'OIHW')).toBeNull();
    expect(valuesFor(kernel, { ...stored, shape: [6, 2] }, 'HWIO')).toBe(stored.values);
  });

  test('of depthwise convolutions turn from C1hw into hwC1', () => {
    const depthwise = { name: 'd', shape: [1, 2, 6, 1], kind: 'depthwise', part: 'backbone' } as const;
    expect(Array.from(valuesFor(depthwise, { ...stored, shape: [6, 1, 1, 2] }, 'OIHW')!)).toEqual([0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]);
    expect(valuesFor(depthwise, { ...stored, shape: [1, 6, 1, 2] }, 'OIHW')).toBeNull();
  });
});

describe('a weights file', () => {
  test('fills every variable of the backbone', async () => {
    const values = await pretrainedBackbone('resnet18', createNetwork('resnet18', 2).specs, await saved('good.safetensors', published()));
    expect([...values.keys()]).toEqual(specs.map(({ name }) => name));
    const stem = values.get('backbone.conv1.kernel')!;
    expect(Array.from(stem.slice(0, 3))).toEqual([0, 147, 294]); // outputs lie 3 · 7 · 7 apart in PyTorch
  });

  test('that is not there is missing', async () => {
    await expect(pretrainedBackbone('resnet18', specs, join(folder, 'none'))).rejects.toMatchObject({ code: 'WEIGHTS_MISSING' });
  });

  test('of another network, another layout or with another shape is invalid, and the reason names the tensor', async () => {
    const [lacking, reshaped] = [published(), published()];
    lacking.delete('layer3.1.bn2.weight');
    reshaped.set('conv1.weight', { shape: [64, 3, 3, 3], values: new Float32Array(64 * 27) });
    const cases = [
      [await saved('lacking.safetensors', lacking), 'layer3.1.bn2.weight is missing'],
      [await saved('reshaped.safetensors', reshaped), 'conv1.weight has another shape'],
      [await saved('layout.safetensors', published(), { layout: 'tensorflow' }), 'conv1.weight has another shape'],
    ] as const;
    for (const [file, reason] of cases) {
      await expect(pretrainedBackbone('resnet18', specs, file)).rejects.toMatchObject({
        code: 'WEIGHTS_INVALID',
        params: { reason, backbone: 'resnet18' },
      });
    }
  });

  test('cut short is invalid', async () => {
    const file = join(folder, 'short.safetensors');
    await writeFile(file, writeSafetensors(published()).subarray(0, 100000));
    await expect(pretrainedBackbone('resnet18', specs, file)).rejects.toMatchObject({
      code: 'WEIGHTS_INVALID',
      params: { file: 'short.safetensors', reason: 'the file is truncated' },
    });
  });
});
