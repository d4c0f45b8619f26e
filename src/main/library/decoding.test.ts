import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Peer } from '@shared/rpc';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import { decodeRgb } from '../media/decode';
import { DecoderThread } from '../media/thread/decoder-thread';
import { encodePng } from '../media/png';
import { makeTiff } from '../media/test-tiff';
import { buildLibrary, startLibrary } from './testing/child';
import { TestLibrary } from './testing/library';

const [WIDTH, HEIGHT] = [64, 48];

let program: string;
let test: TestLibrary;
let child: ChildProcess;
let peer: Peer;

/** A library in a process of its own whose decoder hands over what it has decoded only once the file `go` is there, and then makes `done`. */
beforeAll(async () => {
  program = await buildLibrary('decoding');
  const decoder = join(dirname(program), 'library-decoder.js');
  await rename(decoder, join(dirname(program), 'decoder.js'));
  await writeFile(
    decoder,
    `const { existsSync, writeFileSync } = require('node:fs');
     const { parentPort } = require('node:worker_threads');
     const post = parentPort.postMessage.bind(parentPort);
     parentPort.postMessage = (...message) => {
       writeFileSync(process.env.DONE, '');
       while (!existsSync(process.env.GO)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
       post(...message);
     };
     require('./decoder.js');`,
  );
});
beforeEach(async () => {
  test = await TestLibrary.create();
  process.env.GO = join(test.folder, 'go');
  process.env.DONE = join(test.folder, 'done');
  await writeFile(process.env.GO, '');
  ({ child, peer } = startLibrary(program));
});
afterEach(async () => {
  child.kill('SIGKILL');
  await test.remove();
});

const deep = (): Buffer => {
  const samples = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i * 7919) % 65521);
  return makeTiff(samples, { width: WIDTH, height: HEIGHT, bits: 16 });
};

async function opened(files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await test.write(name, content);
  await peer.call('project.open', { folder: test.folder, create: { classes: [{ name: 'a', color: '' }] } });
  await peer.call('project.index', null);
}

const stroke = () =>
  peer.call('labels.apply', { imageId: 1, revision: 0, tool: 'brush', source: 'human', diff: Uint32Array.of(0, 9, IGNORE) });

describe('a gesture', () => {
  const png = { kind: 'grey', width: WIDTH, height: HEIGHT, data: new Uint8Array(WIDTH * HEIGHT) } as const;
  it.each([
    ['the picture of a TIFF', (): Promise<unknown> => peer.call('images.picture', { id: 1, kind: 'display', range: null })],
    ['the range of its samples', (): Promise<unknown> => peer.call('images.samples', { id: 1 })],
    [
      'a mask',
      async (): Promise<unknown> => {
        await test.write('masks/deep.png', await encodePng(png));
        return peer.call('import.masks', { folder: join(test.folder, 'masks'), imageIds: null });
      },
    ],
  ])('is saved while %s is being decoded', async (_, decode) => {
    await opened({ 'deep.tif': deep() });
    await rm(process.env.GO!);
    await rm(process.env.DONE!);
    const order: string[] = [];
    const decoded = decode().then(() => order.push('decoded'));
    await expect.poll(() => existsSync(process.env.DONE!), { timeout: 10_000 }).toBe(true);
    await stroke();
    order.push('saved');
    await writeFile(process.env.GO!, '');
    await decoded;
    expect(order).toEqual(['saved', 'decoded']);
  });
});

describe('what a thread decodes', () => {
  it('is what this process would, and fails in the same words', async () => {
    const whole = deep();
    await opened({ 'a.tif': whole, 'b.tif': whole.subarray(0, whole.length >> 1) });
    const parts: Uint8Array[] = [];
    await peer.call('images.picture', { id: 1, kind: 'display', range: null }, { onProgress: (part) => parts.push(part as Uint8Array) });
    const { data } = await decodeRgb(join(test.folder, 'a.tif'));
    const shown = Buffer.concat(parts).subarray(-WIDTH * HEIGHT * 4);
    expect(Array.from(shown.filter((_, i) => i % 4 === 0))).toEqual(Array.from(data.filter((_, i) => i % 3 === 0)));
    expect(await peer.call('images.get', { id: 2, runId: null })).toMatchObject({ status: 'unreadable', problem: 'the file is cut off' });
  });

  it('fails when the thread ends, and another one decodes what comes then', async () => {
    const file = join(test.folder, 'mask.png');
    await writeFile(file, await encodePng({ kind: 'grey', width: 2, height: 1, data: Uint8Array.of(3, 4) }));
    const header = { kind: 'grey', width: 2, height: 1, depth: 8 } as const;
    const thread = new DecoderThread(join(dirname(program), 'decoder.js'));
    const lost = expect(thread.png(file, header)).rejects.toMatchObject({ code: 'CHILD_EXITED', params: { child: 'decoder' } });
    await thread.close();
    await lost;
    expect([...(await thread.png(file, header)).data]).toEqual([3, 4]);
    await thread.close();
  });
});
