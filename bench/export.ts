/**
 * Masks a second, of one megapixel each, beside the same job in Python, by turns: `node bench/run.mjs export [masks] [rounds]`. Both read the label
 * maps of a project's database and write indexed PNGs; Python with numpy and Pillow, which `scripts/readers` provides. Wall and processor time.
 */
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import sharp from 'sharp';
import { readers } from '../scripts/readers/index.mjs';
import { run } from '../scripts/setup/run.mjs';
import { encodeRle } from '../src/shared/mask';
import { Peer } from '../src/shared/rpc';
import { ROOT } from './app';

const [MASKS, ROUNDS] = [Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 3)];
const SIDE = 1024;
/** Different maps, which images have by turns. */
const MAPS = 8;

const folder = mkdtempSync(join(tmpdir(), 'espalier-export-'));
await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#777777' } })
  .png()
  .toFile(join(folder, 'a.png'));

const child = fork(join(ROOT, 'out/main/library.js'), { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
process.on('exit', () => child.kill('SIGKILL'));
const library = new Peer({ post: (message) => child.send(message as object), onMessage: (listener) => child.on('message', listener) });

/** Rings of six classes on one ground: some thousand runs, as objects of a photograph have. */
function rings(seed: number): Uint8Array {
  const map = new Uint8Array(SIDE * SIDE);
  let state = seed + 1;
  const random = (limit: number): number => (state = (state * 48271) % 2147483647) % limit;
  for (let i = 0; i < 30; i++) {
    const [cx, cy, radius, id] = [random(SIDE), random(SIDE), 10 + random(120), 1 + random(6)];
    for (let y = Math.max(0, cy - radius); y < Math.min(SIDE, cy + radius); y++) {
      const half = Math.round(Math.sqrt(radius ** 2 - (y - cy) ** 2));
      map.fill(id, y * SIDE + Math.max(0, cx - half), y * SIDE + Math.min(SIDE, cx + half));
    }
  }
  return map;
}

/** Processor time of a process and its threads, seconds. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const classes = Array.from({ length: 7 }, (_, id) => ({ name: `class ${id}`, color: '' }));
await library.call('project.open', { folder, create: { classes } });
await library.call('project.index', null);
await library.call('project.close', null);
const database = join(folder, '.espalier', 'project.db');
const db = new Sqlite(database);
const pack = (map: Uint8Array): Buffer => deflateRawSync(new Uint8Array(encodeRle(map).buffer), { level: 3 });
const maps = Array.from({ length: MAPS }, (_, i) => pack(rings(i)));
const sources = pack(new Uint8Array(SIDE * SIDE).fill(1));
db.transaction(() => {
  const image = db.prepare(
    `INSERT INTO image (path, stem, name, sort_name, size, modified, width, height, status, state, labelled_pixels)
     VALUES (?, ?, ?, ?, 1, 1, ${SIDE}, ${SIDE}, 'ok', 'done', ${SIDE * SIDE})`,
  );
  const label = db.prepare('INSERT INTO label (image_id, revision, cursor, last, barrier) VALUES (?, 1, 1, 1, 1)');
  const snapshot = db.prepare('INSERT INTO label_snapshot (image_id, seq, labels, sources) VALUES (?, 1, ?, ?)');
  for (let i = 0; i < MASKS; i++) {
    const stem = String(i).padStart(6, '0');
    const { lastInsertRowid: id } = image.run(`${stem}.png`, stem, stem, stem);
    label.run(id);
    snapshot.run(id, maps[i % MAPS], sources);
  }
})();
db.close();
await library.call('project.open', { folder, create: null });

const { python, missing } = await readers();
if (python === undefined) process.stdout.write(`Without Python: ${missing}.\n`);
const seconds: Record<'espalier' | 'python', { wall: number; cpu: number }[]> = { espalier: [], python: [] };
for (let round = 0; round < ROUNDS; round++) {
  const out = mkdtempSync(join(tmpdir(), 'espalier-out-'));
  const [began, cpu] = [performance.now(), processorTime(child.pid!)];
  const all = { format: 'masks', options: {}, content: 'human', runId: null, gamma: null, beta: null, imageIds: null } as const;
  await library.call('export.masks', { folder: out, ...all });
  seconds.espalier.push({ wall: (performance.now() - began) / 1000, cpu: processorTime(child.pid!) - cpu });
  const written = readdirSync(join(out, 'masks')).length;
  if (written !== MASKS) throw new Error(`${written} masks instead of ${MASKS}`);
  if (python !== undefined) {
    const theirs = join(out, 'python');
    mkdirSync(theirs);
    const { code, output } = await run(python, [join(ROOT, 'bench', 'peers', 'export_masks.py'), database, theirs]);
    if (code !== 0) throw new Error(output);
    seconds.python.push(JSON.parse(output) as { wall: number; cpu: number });
    const same = readdirSync(theirs).slice(0, MAPS);
    for (const name of same) {
      const [a, b] = await Promise.all([join(out, 'masks', name), join(theirs, name)].map((file) => sharp(file).raw().toBuffer()));
      if (!a!.equals(b!)) throw new Error(`${name} differs`);
    }
  }
  rmSync(out, { recursive: true });
}
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
console.log(`${MASKS} masks of ${SIDE} × ${SIDE}, medians of ${ROUNDS} rounds by turns`);
console.log('            masks / s   processor ms / mask');
for (const [who, rounds] of Object.entries(seconds)) {
  if (rounds.length === 0) continue;
  const [wall, cpu] = [median(rounds.map((round) => round.wall)), median(rounds.map((round) => round.cpu))];
  console.log(`${who.padEnd(10)} ${(MASKS / wall).toFixed(1).padStart(10)} ${((1000 * cpu) / MASKS).toFixed(1).padStart(21)}`);
}
await library.call('project.close', null);
rmSync(folder, { recursive: true });
process.exit(0);
