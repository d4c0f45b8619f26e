import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import type { Peer } from '@shared/rpc';
import { readPng } from '../../media/png';
import { HUMAN_MASKS } from '../testing/exports';
import { buildLibrary, startLibrary } from '../testing/child';
import { TestLibrary } from '../testing/library';

const IMAGES = 12;
const SIZE = 8 * 8;

let program: string;
let test: TestLibrary;
let out: string;
let children: ChildProcess[] = [];
beforeEach(async () => {
  program = await buildLibrary('export-kill');
  out = await mkdtemp(join(tmpdir(), 'espalier-killed-'));
  test = await TestLibrary.create(Object.fromEntries(Array.from({ length: IMAGES }, (_, i) => [`${i}.png`, [8, 8] as const])));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await test.remove();
  await rm(out, { recursive: true });
});

async function open(): Promise<{ child: ChildProcess; peer: Peer }> {
  const started = startLibrary(program);
  children.push(started.child);
  const classes = ['a', 'b'].map((name) => ({ name, color: '' }));
  await started.peer.call('project.open', { folder: test.folder, create: { classes } });
  return started;
}

/** Fills all images with class `round % 2`, and calls that class `round`. */
async function relabel(peer: Peer, round: number): Promise<void> {
  const id = round % 2;
  await peer.call('classes.update', { id, name: `round ${round}` });
  for (let imageId = 1; imageId <= IMAGES; imageId++) {
    const { revision } = await peer.call('labels.read', { imageId });
    const diff = Uint32Array.of(0, SIZE, (round === 0 ? IGNORE : 1 - id) | (id << 8));
    await peer.call('labels.apply', { imageId, revision, tool: 'fill', source: 'human', diff });
  }
}

/** The round that a complete export is of; null when there is none. */
async function roundOf(folder: string): Promise<number | null> {
  if (!(await readdir(folder)).includes('export.json')) return null;
  const masks = await readdir(join(folder, 'masks'));
  expect(masks).toHaveLength(IMAGES);
  const ids = new Set<number>();
  for (const mask of masks) for (const id of (await readPng(join(folder, 'masks', mask))).data) ids.add(id);
  expect(ids.size, 'the masks are of one export').toBe(1);
  const classes = JSON.parse(await readFile(join(folder, 'classes.json'), 'utf8')) as { name: string }[];
  const rounds = classes.map(({ name }) => Number(/\d+/.exec(name)?.[0] ?? -1));
  expect([...ids][0], 'the list of classes is of the same export').toBe(Math.max(...rounds) % 2);
  return Math.max(...rounds);
}

it('leaves the old export or the new one when the process is killed at any moment', { timeout: 180_000 }, async () => {
  const options = { ...HUMAN_MASKS, folder: out };
  const first = await open();
  await first.peer.call('project.index', null);
  await relabel(first.peer, 0);
  const begun = performance.now();
  await first.peer.call('export.masks', options);
  const duration = performance.now() - begun;
  first.child.kill('SIGKILL');
  let [last, killed] = [0, 0];
  /** Complete exports that may have been about to change places: before any name had moved, or while neither of the two was to be seen. */
  let begunThen: number[] = [];
  for (let round = 1; round <= 16; round++) {
    const { child, peer } = await open();
    const gone = once(child, 'exit');
    await relabel(peer, round);
    // From the first to the last moment of an export, and a little beyond.
    setTimeout(() => child.kill('SIGKILL'), (duration * 1.2 * round) / 16);
    const finished = await peer.call('export.masks', options).then(
      () => true,
      () => false,
    );
    child.kill('SIGKILL');
    await gone;
    const found = await roundOf(out);
    // The next export ends what was begun so, before it begins itself.
    if (found !== null) expect([last, ...begunThen, round]).toContain(found);
    begunThen = finished ? [] : [...(found === null ? begunThen : []), round];
    if (finished) expect(found).toBe(round);
    else killed++;
    last = found ?? last;
  }
  expect(killed).toBeGreaterThan(0);
  const end = await open();
  await end.peer.call('export.masks', options);
  expect(await roundOf(out)).toBe(16);
  expect((await readdir(out)).sort()).toEqual(['classes.json', 'export.json', 'masks', 'provenance.jsonl']);
});
