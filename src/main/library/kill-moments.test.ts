import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { decodeRle, IGNORE } from '@shared/mask';
import type { Peer } from '@shared/rpc';
import { writePng } from '../media/png';
import { migrate } from './database/schema';
import { packWords } from './labels/words';
import { buildLibrary, startLibrary } from './testing/child';
import { TestLibrary } from './testing/library';

/** How often each act is killed; more by hand: ESPALIER_KILLS=100. */
const KILLS = Number(process.env.ESPALIER_KILLS ?? 4);
const [IMAGES, WIDTH, HEIGHT] = [8, 64, 48];
const SIZE = WIDTH * HEIGHT;

let program: string;
let test: TestLibrary;
let elsewhere: string;
let children: ChildProcess[] = [];
beforeAll(async () => {
  program = await buildLibrary('kill-moments');
});
beforeEach(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), 'espalier-moments-'));
  test = await TestLibrary.create(Object.fromEntries(Array.from({ length: IMAGES }, (_, i) => [`${i}.png`, [WIDTH, HEIGHT] as const])));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await test.remove();
  await rm(elsewhere, { recursive: true });
});

const home = (...parts: string[]): string => join(test.folder, '.espalier', ...parts);

function start(): { child: ChildProcess; peer: Peer } {
  const started = startLibrary(program);
  children.push(started.child);
  return started;
}

async function open(peer: Peer): Promise<void> {
  await peer.call('project.open', { folder: test.folder, create: { classes: ['a', 'b'].map((name) => ({ name, color: '' })) } });
}

/** Lets a process do something, and kills it at moments spread over the time that the act takes. */
async function killed(prepare: () => Promise<void>, act: (peer: Peer) => Promise<unknown>, then: (finished: boolean) => Promise<void>) {
  let [whole, hit] = [0, 0];
  for (let round = 0; round <= KILLS; round++) {
    await prepare();
    const { child, peer } = start();
    const gone = once(child, 'exit');
    // So that it is not killed while it starts.
    await peer.call('formats.list', null);
    const begun = performance.now();
    if (round > 0) setTimeout(() => child.kill('SIGKILL'), (whole * (round - 0.5)) / KILLS);
    const finished = await act(peer).then(
      () => true,
      (error: unknown) => {
        if (round === 0) throw error;
        return false;
      },
    );
    whole = Math.max(whole, performance.now() - begun);
    child.kill('SIGKILL');
    await gone;
    if (!finished) hit++;
    await then(finished);
  }
  expect(hit, 'it was killed in the middle').toBeGreaterThan(0);
}

/** What a check finds in the project; leftovers of a write are what a kill may leave. */
async function soundAfterwards(peer: Peer): Promise<void> {
  const { faults } = await peer.call('project.verify', { folder: test.folder, repair: true });
  expect(faults.filter(({ code }) => code !== 'CHECK_LEFTOVER')).toEqual([]);
  expect(await peer.call('project.verify', { folder: test.folder, repair: false })).toMatchObject({ faults: [] });
}

async function maps(peer: Peer): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for (let imageId = 1; imageId <= IMAGES; imageId++) all.push(decodeRle((await peer.call('labels.read', { imageId })).rle, SIZE));
  return all;
}

/** A stroke on the first image, in a process that then ends by itself: nine pixels of class 0. */
async function paintedProject(): Promise<void> {
  const { child, peer } = start();
  await open(peer);
  await peer.call('project.index', null);
  await peer.call('labels.apply', { imageId: 1, revision: 0, tool: 'brush', source: 'human', diff: Uint32Array.of(0, 9, IGNORE) });
  const gone = once(child, 'exit');
  child.disconnect();
  await gone;
}

it('an import that is killed has taken each mask whole or not at all', { timeout: 600_000 }, async () => {
  await paintedProject();
  const noise = Uint8Array.from({ length: SIZE }, (_, i) => Math.imul(i + 1, 2654435761) >>> 31);
  for (let i = 0; i < IMAGES; i++) await writePng(join(elsewhere, `${i}.png`), { kind: 'grey', width: WIDTH, height: HEIGHT, data: noise });
  const kept = join(elsewhere, 'kept.db');
  await copyFile(home('project.db'), kept);
  const empty = Uint8Array.from({ length: SIZE }, (_, i) => (i < 9 ? 0 : IGNORE));
  const importing = async (peer: Peer): Promise<void> => {
    await open(peer);
    await peer.call('import.masks', { folder: elsewhere, format: 'masks', options: {}, imageIds: null });
  };
  const prepare = async (): Promise<void> => {
    for (const suffix of ['-wal', '-shm']) await rm(`${home('project.db')}${suffix}`, { force: true });
    await copyFile(kept, home('project.db'));
  };
  await killed(prepare, importing, async (finished) => {
    const { child, peer } = start();
    await open(peer);
    for (const [i, map] of (await maps(peer)).entries()) {
      const before = i === 0 ? empty : new Uint8Array(SIZE).fill(IGNORE);
      const same = [noise, before].findIndex((each) => Buffer.from(each).equals(Buffer.from(map)));
      expect(finished ? [0] : [0, 1], `image ${i + 1}`).toContain(same);
    }
    await soundAfterwards(peer);
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
});

it('a backup that is killed is there whole or not at all, and the project has lost nothing', { timeout: 600_000 }, async () => {
  await paintedProject();
  await killed(
    () => rm(home('backups'), { recursive: true, force: true }),
    open,
    async () => {
      const { child, peer } = start();
      await open(peer);
      expect((await maps(peer))[0]!.filter((id) => id === 0)).toHaveLength(9);
      for (const { labelled } of await peer.call('project.backups', { folder: test.folder })) expect(labelled).toBe(1);
      await soundAfterwards(peer);
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  );
});

it('a migration that is killed is done at the next opening, with all labels', { timeout: 600_000 }, async () => {
  await paintedProject();
  const old = join(elsewhere, 'old.db');
  const db = new Sqlite(old);
  migrate(db, 0, null, 8);
  db.exec(`INSERT INTO class (id, name, color, position) VALUES (0, 'a', '#000000', 0), (1, 'b', '#800000', 1)`);
  const image = db.prepare(
    `INSERT INTO image (path, stem, name, sort_name, size, modified, width, height, status, state, labelled_pixels)
     VALUES (?, ?, ?, ?, 1, 1, ${WIDTH}, ${HEIGHT}, 'ok', 'started', 9)`,
  );
  const edit = db.prepare(
    "INSERT INTO label_edit (image_id, seq, tool, source, diff, created_at) VALUES (?, 1, 'brush', 'human', ?, '2020')",
  );
  db.exec('BEGIN');
  for (let i = 0; i < 300; i++) {
    const name = i < IMAGES ? String(i) : `gone-${i}`;
    const id = Number(image.run(`${name}.png`, name, name, name).lastInsertRowid);
    edit.run(id, packWords(Uint32Array.of(0, 9, IGNORE)));
    db.exec(`INSERT INTO label VALUES (${id}, 1, 1, 1, 0); INSERT INTO label_class VALUES (0, ${id}, 9)`);
  }
  db.exec('COMMIT');
  db.close();
  const prepare = async (): Promise<void> => {
    await rm(home(), { recursive: true });
    await mkdir(home());
    await copyFile(old, home('project.db'));
  };
  await killed(prepare, open, async () => {
    const { child, peer } = start();
    await open(peer);
    expect((await maps(peer)).map((map) => map.filter((id) => id === 0).length)).toEqual(Array.from({ length: IMAGES }, () => 9));
    const found = await peer.call('project.verify', { folder: test.folder, repair: false });
    expect(found.faults.filter(({ code }) => code !== 'CHECK_LEFTOVER').map(({ code }) => code)).toEqual(['CHECK_IMAGES']);
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
});

it('a restoring that is killed leaves the old project, the restored one, or all backups to choose from', { timeout: 600_000 }, async () => {
  await paintedProject();
  const named = home('backups', 'project-2020-01-01T10-00-00-000Z.db');
  await copyFile(home('project.db'), named);
  const flat = new Sqlite(named);
  flat.pragma('journal_mode = DELETE');
  flat.close();
  const backup = 'project-2020-01-01T10-00-00-000Z.db';
  await killed(
    () => Promise.resolve(),
    (peer) => peer.call('project.restore', { folder: test.folder, backup }),
    async () => {
      const { child, peer } = start();
      const code = await open(peer).then(
        () => null,
        (error: { code: string }) => error.code,
      );
      expect([null, 'PROJECT_LOST']).toContain(code);
      if (code !== null) {
        await peer.call('project.restore', { folder: test.folder, backup });
        await open(peer);
      }
      expect((await maps(peer))[0]!.filter((id) => id === 0)).toHaveLength(9);
      await soundAfterwards(peer);
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  );
});
