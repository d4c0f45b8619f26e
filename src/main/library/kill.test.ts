import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { decodeRle, IGNORE } from '@shared/mask';
import { buildLibrary, startLibrary } from './testing/child';
import { TestLibrary } from './testing/library';

const SIZE = 40 * 30;

let program: string;
let test: TestLibrary;
let children: ChildProcess[] = [];

beforeAll(async () => {
  program = await buildLibrary('kill');
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await test.remove();
});

function start(): ReturnType<typeof startLibrary> {
  const started = startLibrary(program);
  children.push(started.child);
  return started;
}

it('keeps every acknowledged gesture through kill -9, and the project opens again at once', async () => {
  test = await TestLibrary.create({ 'a.png': [40, 30] });
  const expected = new Uint8Array(SIZE).fill(IGNORE);
  let acknowledged = 0;
  for (let round = 0; round < 4; round++) {
    const { child, peer } = start();
    const create = { classes: [{ name: 'a', color: '' }] };
    await peer.call('project.open', { folder: test.folder, create });
    await peer.call('project.index', null);
    const read = await peer.call('labels.read', { imageId: 1 });
    const found = decodeRle(read.rle, SIZE);
    // A gesture may have reached the disk without its answer being heard; none that was heard is missing.
    expect(read.revision - acknowledged).toBeGreaterThanOrEqual(0);
    expect(read.revision - acknowledged).toBeLessThanOrEqual(1);
    expected.fill(0, acknowledged, read.revision);
    expect(found).toEqual(expected);
    acknowledged = read.revision;
    if (round === 3) break;

    const gone = once(child, 'exit');
    const strokes = (async () => {
      for (;;) {
        const diff = Uint32Array.of(acknowledged, 1, IGNORE);
        const { revision } = await peer.call('labels.apply', { imageId: 1, revision: acknowledged, tool: 'brush', source: 'human', diff });
        expected[acknowledged] = 0;
        acknowledged = revision;
        if (acknowledged % 25 === 10) child.kill('SIGKILL');
      }
    })();
    await expect(strokes).rejects.toMatchObject({ code: 'CHILD_EXITED' });
    await gone;
  }
  expect(acknowledged).toBeGreaterThan(20);
});

it.each([
  ['its parent goes away', (child: ChildProcess) => child.disconnect()],
  ['it is told to terminate', (child: ChildProcess) => child.kill('SIGTERM')],
  ['its terminal is closed', (child: ChildProcess) => child.kill('SIGHUP')],
])('ends when %s, leaves the project free, and nothing in a journal', async (_, end) => {
  test = await TestLibrary.create({ 'a.png': [40, 30] });
  const { child, peer } = start();
  await peer.call('project.open', { folder: test.folder, create: { classes: [{ name: 'a', color: '' }] } });
  await peer.call('project.index', null);
  await peer.call('labels.apply', { imageId: 1, revision: 0, tool: 'brush', source: 'human', diff: Uint32Array.of(0, 9, IGNORE) });
  await expect(test.open()).rejects.toMatchObject({ code: 'PROJECT_IN_USE' });
  const gone = once(child, 'exit');
  end(child);
  await gone;
  expect((await readdir(join(test.folder, '.espalier'))).filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
  await test.open();
  expect(await test.call('labels.read', { imageId: 1 })).toMatchObject({ labelledPixels: 9 });
});
