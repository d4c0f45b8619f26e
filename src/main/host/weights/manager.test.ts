import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Progress } from '@shared/protocol';
import type { WeightsRecord } from '@shared/weights';
import { createNetwork } from '../../engine/model/create';
import { installWeights } from '../../engine/model/weights/install';
import { publishedName } from '../../engine/model/weights/names';
import { type StoredTensor, writeSafetensors } from '../../engine/model/weights/safetensors';
import { downloadsFolder, weightsFile } from './cache';
import { WeightsManager } from './manager';
import type { PublishedWeights } from '../../engine/model/backbones/description';

/** ResNet-18 as it is published, all zeros. */
const file = writeSafetensors(
  new Map(
    createNetwork('resnet18', 1)
      .specs.filter(({ part }) => part === 'backbone')
      .map((spec): [string, StoredTensor] => {
        const [h, w, i, o] = spec.shape;
        const shape = spec.shape.length === 4 ? [o!, i!, h!, w!] : spec.shape;
        return [publishedName(spec), { shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)) }];
      }),
  ),
);
const sha256 = createHash('sha256').update(file).digest('hex');

let cache: string;
let server: Server;
let published: PublishedWeights;
/** How much of the file the server sends before it ends the connection. */
let sent: number;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'espalier-manager-'));
  sent = file.length;
  server = createServer(({ headers }, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    response.writeHead(headers.range ? 206 : 200, { 'content-length': file.length - from });
    response.write(file.subarray(from, sent), () => (sent < file.length ? setTimeout(() => response.destroy(), 50) : response.end()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.safetensors`;
  published = { url, sha256, bytes: file.length, source: 'a server', licence: 'BSD-3-Clause' };
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(cache, { recursive: true, force: true });
});

function manager(resnet18: PublishedWeights = published): WeightsManager {
  return new WeightsManager({
    cache,
    weights: { resnet18 },
    install: (params) => installWeights(params, weightsFile(params.backbone, cache)),
  });
}

async function savedAs(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(cache, name);
  await writeFile(path, bytes);
  return path;
}

const recordOf = async (weights: WeightsManager): Promise<WeightsRecord> =>
  (await weights.list()).find(({ backbone }) => backbone === 'resnet18')!;

describe('the weights of a backbone', () => {
  it('are downloaded, listed with where they are from, and removed', async () => {
    const weights = manager();
    expect(await recordOf(weights)).toMatchObject({ state: 'missing', bytes: file.length, downloaded: 0 });
    const heard: Progress[] = [];
    const record = await weights.download('resnet18', { onProgress: (progress) => heard.push(progress) });
    expect(heard.at(-1)).toMatchObject({ done: file.length, total: file.length });
    expect(record).toMatchObject({ state: 'installed', source: 'a server', licence: 'BSD-3-Clause' });
    expect(await recordOf(weights)).toEqual(record);
    expect(await readdir(downloadsFolder(cache))).toEqual([]);
    expect(await weights.remove('resnet18')).toMatchObject({ state: 'missing' });
    expect(existsSync(weightsFile('resnet18', cache))).toBe(false);
  });

  it('that broke off are told and continued', async () => {
    const weights = manager();
    sent = 1_000_000;
    await expect(weights.download('resnet18')).rejects.toMatchObject({ code: 'WEIGHTS_INTERRUPTED' });
    const { state, downloaded } = await recordOf(weights);
    expect(state).toBe('missing');
    expect(downloaded).toBeGreaterThan(0);
    sent = file.length;
    const heard: number[] = [];
    expect(await weights.download('resnet18', { onProgress: ({ done }) => heard.push(done) })).toMatchObject({ state: 'installed' });
    expect(heard[0]).toBeGreaterThan(downloaded);
  });

  it('that are cancelled are continued later, or given up', async () => {
    const weights = manager();
    const controller = new AbortController();
    const stopped = weights.download('resnet18', { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    sent = 1_000_000;
    await expect(weights.download('resnet18')).rejects.toMatchObject({ code: 'WEIGHTS_INTERRUPTED' });
    expect((await weights.remove('resnet18')).downloaded).toBe(0);
  });

  it('that are not the published ones, or cannot be had, are refused with the way out', async () => {
    const wrong = manager({ ...published, sha256: 'f'.repeat(64) });
    await expect(wrong.download('resnet18')).rejects.toMatchObject({
      code: 'WEIGHTS_DAMAGED',
      message: expect.stringContaining('import a file instead'),
    });
    const nowhere = manager({ ...published, url: 'http://127.0.0.1:1/model.safetensors' });
    await expect(nowhere.download('resnet18')).rejects.toMatchObject({
      code: 'WEIGHTS_UNREACHABLE',
      params: { host: '127.0.0.1:1' },
      message: expect.stringContaining('import a file instead'),
    });
    expect(await recordOf(wrong)).toMatchObject({ state: 'missing', downloaded: 0 });
  });

  it('are imported from a file, whose name is kept', async () => {
    const path = await savedAs('mine.safetensors', file);
    expect(await manager().import('resnet18', path)).toMatchObject({ state: 'installed', source: 'mine.safetensors', licence: 'unknown' });
    expect(existsSync(path)).toBe(true);
  });

  it('come one at a time', async () => {
    const weights = manager();
    const first = weights.download('resnet18');
    await expect(weights.remove('resnet18')).rejects.toMatchObject({ code: 'WEIGHTS_BUSY' });
    await first;
  });

  it('stay as they are where they come with Espalier', async () => {
    const weights = manager();
    for (const refused of [
      weights.download('efficientnet-lite0'),
      weights.import('efficientnet-lite0', 'x'),
      weights.remove('efficientnet-lite0'),
    ]) {
      await expect(refused).rejects.toMatchObject({ code: 'WEIGHTS_EMBEDDED' });
    }
  });

  it('say nothing of themselves in a file that Espalier has not written', async () => {
    await manager().import('resnet18', await savedAs('good.safetensors', file));
    await writeFile(weightsFile('resnet18', cache), 'damaged');
    expect(await recordOf(manager())).toMatchObject({ state: 'installed', source: 'unknown', bytes: 7 });
  });
});
