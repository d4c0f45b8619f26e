import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backbone } from '@shared/settings';
import { createNetwork } from '../create';
import { archive, pickle, text } from '../torch/test-files';
import { installWeights } from './install';
import { publishedName } from './names';
import { pretrainedBackbone } from './pretrained';
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-install-'));
});
afterAll(() => rm(folder, { recursive: true }));

const specsOf = (backbone: Backbone) => createNetwork(backbone, 1).specs.filter(({ part }) => part === 'backbone');

/** A network as PyTorch publishes it, its classifier included; all values of a tensor are its place in the network. */
function published(backbone: Backbone): Map<string, StoredTensor> {
  const tensors = specsOf(backbone).map((spec, place): [string, StoredTensor] => {
    const [h, w, i, o] = spec.shape;
    const shape = spec.shape.length === 4 ? [o!, i!, h!, w!] : [...spec.shape];
    return [publishedName(spec), { shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(place) }];
  });
  return new Map([...tensors, ['fc.bias', { shape: [1000], values: new Float32Array(1000) }]]);
}

async function saved(name: string, bytes: Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, bytes);
  return file;
}

const about = { source: 'a test', licence: 'BSD-3-Clause' };
const target = (): string => join(folder, 'cache', 'resnet18.safetensors');
const install = (file: string, backbone: Backbone = 'resnet18'): Promise<void> => installWeights({ backbone, file, ...about }, target());

describe('weights of a file', () => {
  test.each([
    ['safetensors', () => writeSafetensors(published('resnet18'))],
    ['pth', () => archive(published('resnet18'))],
    ['parallel.pth', () => archive(new Map([...published('resnet18')].map(([name, tensor]) => [`module.${name}`, tensor])))],
  ])('are kept as the backbone’s own: .%s', async (extension, bytes) => {
    await install(await saved(`good.${extension}`, bytes()));
    const values = await pretrainedBackbone('resnet18', specsOf('resnet18'), target());
    specsOf('resnet18').forEach(({ name }, place) => expect(values.get(name)!.at(-1)).toBe(place));
    const { tensors, metadata } = readSafetensors(await readFile(target()));
    expect(metadata).toEqual({ ...about, layout: 'tensorflow' });
    expect(tensors.has('fc.bias')).toBe(false);
    await rm(target());
  });

  test('of another network are refused: shallower, deeper with all its tensors, and of another family', async () => {
    const shallow = await saved('resnet18.pth', archive(published('resnet18')));
    const deep = await saved('resnet101.safetensors', writeSafetensors(published('resnet101')));
    const other = await saved('lite0.safetensors', writeSafetensors(published('efficientnet-lite0')));
    const invalid = (reason: string) => ({ code: 'WEIGHTS_INVALID', params: { reason } });
    await expect(install(shallow, 'resnet50')).rejects.toMatchObject(invalid('layer1.0.conv1.weight has another shape'));
    await expect(install(deep, 'resnet50')).rejects.toMatchObject(invalid('layer3.6.conv1.weight belongs to another network'));
    await expect(install(other)).rejects.toMatchObject(invalid('conv1.weight is missing'));
    expect(existsSync(target())).toBe(false);
  });

  test('that is damaged, unsafe, of no known kind or not there is refused in a sentence, and nothing is kept', async () => {
    const good = writeSafetensors(published('resnet18'));
    const attack = pickle(`cposix\nsystem\n${text('touch x')}\x85R`);
    const cases = [
      ['short.safetensors', good.subarray(0, good.length - 4), 'WEIGHTS_INVALID', 'the file is truncated'],
      ['short.pth', archive(published('resnet18')).subarray(0, 5000), 'WEIGHTS_INVALID', 'the file is incomplete'],
      ['attack.pth', attack, 'WEIGHTS_UNSAFE', 'asks to run posix.system'],
      ['cat.jpg', Buffer.from('\xff\xd8\xff a picture', 'latin1'), 'WEIGHTS_UNSUPPORTED', 'cat.jpg holds neither safetensors'],
      ['empty.pth', new Uint8Array(0), 'WEIGHTS_UNSUPPORTED', 'empty.pth holds neither'],
    ] as const;
    for (const [name, bytes, code, words] of cases) {
      const refused = install(await saved(name, bytes));
      await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    }
    await expect(install(join(folder, 'none.pth'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    expect(await readdir(join(folder, 'cache'))).toEqual([]);
  });

  test('that cannot replace the old ones leave them', async () => {
    const good = await saved('again.safetensors', writeSafetensors(published('resnet18')));
    await install(good);
    const before = await readFile(target());
    await expect(install(await saved('broken.pth', Buffer.from([0x80, 2])))).rejects.toMatchObject({ code: 'WEIGHTS_INVALID' });
    expect((await readFile(target())).equals(before)).toBe(true);
  });
});
