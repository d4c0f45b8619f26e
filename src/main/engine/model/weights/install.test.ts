import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backbone } from '@shared/settings';
import { backboneSpecs } from '../create';
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

/** A network as PyTorch publishes it, its classifier included; all values of a tensor are its place in the network. */
function published(backbone: Backbone): Map<string, StoredTensor> {
  const tensors = backboneSpecs(backbone).map((spec, place): [string, StoredTensor] => {
    const [h, w, i, o] = spec.shape;
    const shape = spec.shape.length === 4 ? [o!, i!, h!, w!] : spec.kind === 'kernel' ? spec.shape.toReversed() : [...spec.shape];
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
    const values = await pretrainedBackbone('resnet18', backboneSpecs('resnet18'), target());
    backboneSpecs('resnet18').forEach(({ name }, place) => expect(values.get(name)!.at(-1)).toBe(place));
    const { tensors, metadata } = readSafetensors(await readFile(target()));
    expect(metadata).toEqual({ ...about, layout: 'tensorflow' });
    expect(tensors.has('fc.bias')).toBe(false);
    await rm(target());
  });

  test('of DINOv2 are the same by the names of its authors and by those of transformers', async () => {
    const original = published('dinov2-small').set('mask_token', { shape: [1, 384], values: new Float32Array(384) });
    original.delete('fc.bias');
    // Queries, keys and values beside each other, each with numbers of its own.
    for (const [name, { values }] of original)
      if (name.includes('attn.qkv')) values.forEach((_, i) => (values[i] = Math.floor((3 * i) / values.length)));
    const read = async (name: string, bytes: Uint8Array): Promise<Buffer> => {
      await install(await saved(name, bytes), 'dinov2-small');
      return readFile(target());
    };
    const ours = await read('original.pth', archive(original));
    expect((await read('transformers.safetensors', writeSafetensors(ofTransformers(original)))).equals(ours)).toBe(true);
    const { tensors } = readSafetensors(ours);
    expect(tensors.get('pos_embed')!.shape).toEqual([1, 1370, 384]);
    const { shape, values } = tensors.get('blocks.11.attn.qkv.weight')!;
    expect(shape).toEqual([384, 1152]);
    expect([0, 384, 768, 1152].map((at) => values[at])).toEqual([0, 1, 2, 0]);
    const lacking = new Map([...ofTransformers(original)].filter(([name]) => name !== 'encoder.layer.3.attention.attention.key.bias'));
    await expect(install(await saved('lacking.safetensors', writeSafetensors(lacking)), 'dinov2-small')).rejects.toMatchObject({
      code: 'WEIGHTS_INVALID',
      params: { reason: 'blocks.3.attn.qkv.bias is missing' },
    });
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

/** The same tensors as transformers names them. */
function ofTransformers(tensors: ReadonlyMap<string, StoredTensor>): Map<string, StoredTensor> {
  const renamed = (name: string): string =>
    name
      .replace(/^(cls_token|mask_token)$/, 'embeddings.$1')
      .replace(/^pos_embed$/, 'embeddings.position_embeddings')
      .replace(/^patch_embed.proj/, 'embeddings.patch_embeddings.projection')
      .replace(/^norm/, 'layernorm')
      .replace(/^blocks/, 'encoder.layer')
      .replace('attn.proj', 'attention.output.dense')
      .replace(/ls([12]).gamma/, 'layer_scale$1.lambda1');
  return new Map(
    [...tensors].flatMap(([name, tensor]) => {
      if (!name.includes('attn.qkv')) return [[renamed(name), tensor] as const];
      const { shape, values } = tensor;
      const third = values.length / 3;
      return ['query', 'key', 'value'].map((part, i) => {
        const own = { shape: [shape[0]! / 3, ...shape.slice(1)], values: values.slice(i * third, (i + 1) * third) };
        return [renamed(name).replace('attn.qkv', `attention.attention.${part}`), own] as const;
      });
    }),
  );
}
