import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build } from 'vite';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { EspalierError } from '@shared/errors';
import { decodeRle, IGNORE } from '@shared/mask';
import { Peer } from '@shared/rpc';
import { TestLibrary } from './test-library';

const ROOT = resolve(import.meta.dirname, '../../..');
/** Inside the checkout, so that the built file finds the packages. */
const BUILT = join(ROOT, 'out', 'test', 'library.cjs');
const SIZE = 40 * 30;

let test: TestLibrary;
let children: ChildProcess[] = [];

beforeAll(async () => {
  await mkdir(dirname(BUILT), { recursive: true });
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@shared': join(ROOT, 'src/shared') } },
    ssr: { noExternal: true, external: ['better-sqlite3', 'sharp'] },
    build: {
      ssr: join(ROOT, 'src/main/library/index.ts'),
      outDir: dirname(BUILT),
      emptyOutDir: false,
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'library.cjs' } },
    },
  });
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await test.remove();
});

/** A library in a process of its own, as the application starts it. */
function start(): { child: ChildProcess; peer: Peer } {
  const child = fork(BUILT, { serialization: 'advanced', stdio: 'ignore' });
  children.push(child);
  // A child that is killed between two messages is told of by its exit, as in the application; the error of a late write adds nothing.
  const post = (message: unknown): void => void child.send(message as object, () => undefined);
  const peer = new Peer({ post, onMessage: (listener) => child.on('message', listener) });
  child.on('exit', () => peer.close(new EspalierError('CHILD_EXITED', { child: 'library', reason: 'killed' })));
  return { child, peer };
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

it('ends when its parent goes away, and leaves the project free', async () => {
  test = await TestLibrary.create({ 'a.png': [40, 30] });
  const { child, peer } = start();
  await peer.call('project.open', { folder: test.folder, create: { classes: [{ name: 'a', color: '' }] } });
  await expect(test.open()).rejects.toMatchObject({ code: 'PROJECT_IN_USE' });
  const gone = once(child, 'exit');
  child.disconnect();
  await gone;
  expect((await test.open()).classes).toHaveLength(1);
});
