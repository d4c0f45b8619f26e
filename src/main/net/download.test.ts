import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download, partOf } from './download.mjs';

const CONTENT = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 31) % 251));
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

let folder: string;
let file: string;
let server: Server;
let url: string;
/** What the server was asked for: the range, or null for everything. */
let asked: (string | null)[];
/** How the server answers; tests replace it. */
let answer: (request: IncomingMessage, response: ServerResponse) => void;

/** As any server that knows ranges. */
function serve({ headers }: IncomingMessage, response: ServerResponse): void {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  if (from >= CONTENT.length) {
    response.writeHead(416).end();
    return;
  }
  const part = CONTENT.subarray(from);
  response.writeHead(headers.range ? 206 : 200, { 'content-length': part.length });
  response.end(part);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-download-'));
  file = join(folder, 'inside', 'file.bin');
  asked = [];
  answer = serve;
  server = createServer((request, response) => {
    asked.push(request.headers.range ?? null);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.bin`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Half of the content, then the connection is cut. */
function breakOff(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': CONTENT.length });
  response.write(CONTENT.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 50));
}

describe('a download', () => {
  it('puts the whole file in place and tells how far it is', async () => {
    const heard: [number, number][] = [];
    await download({ url, file, sha256: SHA256, onProgress: (done, total) => heard.push([done, total]) });
    expect(await readFile(file)).toEqual(CONTENT);
    expect(existsSync(partOf(file))).toBe(false);
    expect(heard.at(-1)).toEqual([CONTENT.length, CONTENT.length]);
  });

  it('that broke off is continued where it ended', async () => {
    answer = breakOff;
    await expect(download({ url, file, sha256: SHA256 })).rejects.toMatchObject({ kind: 'interrupted' });
    expect(existsSync(file)).toBe(false);
    const { size } = await stat(partOf(file));
    expect(size).toBeGreaterThan(0);
    answer = serve;
    const heard: number[] = [];
    await download({ url, file, sha256: SHA256, onProgress: (done) => heard.push(done) });
    expect(asked).toEqual([null, `bytes=${size}-`]);
    expect(heard[0]).toBeGreaterThan(size);
    expect(await readFile(file)).toEqual(CONTENT);
  });

  it('starts again where the server cannot continue', async () => {
    answer = breakOff;
    await expect(download({ url, file, sha256: SHA256 })).rejects.toMatchObject({ kind: 'interrupted' });
    answer = (_request, response) => response.writeHead(200, { 'content-length': CONTENT.length }).end(CONTENT);
    await download({ url, file, sha256: SHA256 });
    expect(await readFile(file)).toEqual(CONTENT);
  });

  it('needs only its hash checked when all of it is there already', async () => {
    await download({ url, file, sha256: SHA256 });
    await download({ url, file, sha256: SHA256 });
    expect(asked).toHaveLength(1);
    await rm(file);
    await writeFile(partOf(file), CONTENT);
    await download({ url, file, sha256: SHA256 });
    expect(asked.at(-1)).toBe(`bytes=${CONTENT.length}-`);
    expect(await readFile(file)).toEqual(CONTENT);
  });

  it('with the wrong hash is thrown away', async () => {
    const sha256 = '0'.repeat(64);
    await expect(download({ url, file, sha256 })).rejects.toMatchObject({ kind: 'damaged' });
    expect([existsSync(file), existsSync(partOf(file))]).toEqual([false, false]);
  });

  it.each([
    ['that hears its signal', globalThis.fetch],
    ['that does not', (address: string, { headers }: { headers: Record<string, string> }) => globalThis.fetch(address, { headers })],
  ])('keeps what came when it is cancelled, with a fetch %s', async (_, fetch) => {
    // Goes on sending nothing: only the cancelling ends it.
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 50_000));
    };
    const controller = new AbortController();
    const stopped = download({
      url,
      file,
      sha256: SHA256,
      fetch,
      signal: controller.signal,
      onProgress: (done) => {
        if (done === 50_000) setTimeout(() => controller.abort(), 50);
      },
    });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(existsSync(file)).toBe(false);
    const { size } = await stat(partOf(file));
    expect(size).toBeGreaterThan(0);
    answer = serve;
    await download({ url, file, sha256: SHA256 });
    expect(asked).toEqual([null, `bytes=${size}-`]);
    expect(await readFile(file)).toEqual(CONTENT);
  });

  it('cancelled beforehand asks nobody', async () => {
    await expect(download({ url, file, sha256: SHA256, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    expect(asked).toEqual([]);
  });

  it('says when nobody answers, or not with the file', async () => {
    answer = (_request, response) => response.writeHead(404).end('no');
    await expect(download({ url, file, sha256: SHA256 })).rejects.toMatchObject({ kind: 'unreachable', message: 'answer 404' });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(download({ url, file, sha256: SHA256 })).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('says what is wrong with the disk, which is not the network’s fault', async () => {
    await writeFile(join(folder, 'inside'), 'a file where the folder should be');
    await expect(download({ url, file, sha256: SHA256 })).rejects.toHaveProperty('syscall');
  });
});
