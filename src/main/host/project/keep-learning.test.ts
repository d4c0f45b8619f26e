import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RunRecord } from '@shared/domain';
import type { Learning } from '@shared/protocol';
import { RandomStream } from '@shared/random';
import { settingsFrom } from '@shared/settings';
import type { Project } from './project';
import { TestHost } from './testing';

const MINUTES = 60_000;
const [WIDTH, HEIGHT] = [96, 64];
/** Where the bright part of each picture begins. */
const EDGES = [30, 66, 48, 56, 40, 60];
/** As short as a round can be that learns something. */
const SETTINGS = settingsFrom('balanced', {
  viewScale: 1,
  epochs: 4,
  warmup: 3,
  stepsPerEpoch: 20,
  pixels: 64,
  threads: 1,
  compiled: false,
});

let host: TestHost;
let project: Project;
let folder: string;
let told: { learning: Learning | null; reason: string | null }[];

beforeAll(async () => {
  host = await TestHost.build();
}, 5 * MINUTES);
afterAll(() => host.remove());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'espalier-learning-'));
  for (const [i, edge] of EDGES.entries()) {
    const random = new RandomStream('learning', i);
    const data = Uint8Array.from(
      { length: WIDTH * HEIGHT * 3 },
      (_, at) => (Math.floor(at / 3) % WIDTH < edge ? 50 : 170) + random.integer(40),
    );
    await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).toFile(join(folder, `${i + 1}.png`));
  }
  open();
  await project.library.open({ folder, create: { classes: ['ground', 'cell', 'other'].map((name) => ({ name, color: '' })) } });
  await project.library.call('project.index', null);
});
afterEach(async () => {
  await project.close();
  rmSync(folder, { recursive: true });
});

function open(): void {
  told = [];
  project = host.project({
    event: (name, payload) => {
      if (name === 'learning.changed' && 'learning' in payload) told.push(payload);
    },
  });
}

/** Paints a thick stroke, the same columns of six rows, where another class is labelled or none. */
async function paint(imageId: number, from: number, length: number, classId: number, before = 255): Promise<void> {
  const { revision } = await project.library.call('labels.read', { imageId });
  await project.library.call('labels.apply', {
    imageId,
    revision,
    tool: 'brush',
    source: 'human',
    diff: Uint32Array.from(Array.from({ length: 6 }, (_, row) => [(8 * row + 8) * WIDTH + from, length, before | (classId << 8)]).flat()),
  });
}

const runs = (): Promise<RunRecord[]> => project.library.call('runs.list', null);

/** Waits until a round has ended, and no other goes on. */
async function rounds(count: number): Promise<RunRecord[]> {
  const ended = async (): Promise<number> =>
    project.training.status ? 0 : (await runs()).filter(({ status }) => status === 'finished').length;
  await expect.poll(ended, { timeout: 3 * MINUTES, interval: 200 }).toBe(count);
  return runs();
}

const kept = (runId: string): boolean => existsSync(join(folder, '.espalier/runs', runId));

test(
  'a round takes in what was labelled, each from the best one before, and old ones leave no files',
  { timeout: 10 * MINUTES },
  async () => {
    project.learning.look(4);
    project.learning.start(SETTINGS, null);
    await expect.poll(() => told.at(-1)?.learning?.waiting, { timeout: MINUTES }).toMatch(/^No image has labels yet/);
    await paint(1, 2, 25, 0);
    await expect.poll(() => told.at(-1)?.learning?.waiting, { timeout: MINUTES }).toMatch(/^All labels are of one class/);
    await paint(1, 35, 50, 1);
    await paint(2, 2, 60, 0);
    await paint(2, 70, 20, 1);
    const [first] = await rounds(1);
    expect(told.at(-1)).toEqual({ learning: { waiting: null }, reason: null });
    expect(first).toMatchObject({ chain: 1, labelledImages: 2, labelledPixels: 6 * 155, settings: { from: null }, predictedImages: 6 });
    const classOf = async (runId: string): Promise<number> =>
      (await project.library.call('predictions.read', { runId, imageId: 4 })).classes[10 * WIDTH + 80]!;
    expect(await classOf(first!.id)).toBe(1);

    // The right side is to be another class: one more round learns that.
    await paint(1, 35, 50, 2, 1);
    await paint(2, 70, 20, 2, 1);
    await paint(4, 60, 30, 2);
    const [, second] = await rounds(2);
    expect(second).toMatchObject({ chain: 1, labelledImages: 3, settings: { from: 'run-0001', epochs: 2, warmup: 1 }, continuable: true });
    expect(second!.labelledPixels).toBe(6 * 185);

    for (const [round, image] of [3, 5].entries()) {
      await paint(image, 2, 20, 0);
      await rounds(3 + round);
    }
    await project.learning.stop();
    expect([project.learning.status, project.training.status, told.at(-1)]).toEqual([null, null, { learning: null, reason: null }]);
    const all = await runs();
    const best = all.at(-1)!.settings!.from!;
    expect(all.map(({ id }) => kept(id))).toEqual(all.map(({ id }, i) => i >= 2 || id === best));
    // What the first round had and reached is still known.
    expect(all[0]).toMatchObject({ labelledPixels: 6 * 155, predictable: kept('run-0001'), epochs: first!.epochs });
    expect(all[0]!.predictedImages).toBe(kept('run-0001') ? 6 : 0);
  },
);

test(
  'ends at once when it is told to, and goes on from what it had after the window was closed in the middle',
  { timeout: 10 * MINUTES },
  async () => {
    await paint(1, 2, 25, 0);
    await paint(1, 35, 50, 1);
    project.learning.start(SETTINGS, null);
    expect(() => project.learning.start(SETTINGS, null)).not.toThrow();
    await rounds(1);
    await paint(2, 2, 60, 0);
    await expect.poll(() => project.training.status?.runId, { timeout: MINUTES }).toBe('run-0002');
    await expect(project.training.start(SETTINGS)).rejects.toMatchObject({ code: 'TRAIN_BUSY' });
    await project.close();
    open();
    await project.library.open({ folder, create: null });
    expect(project.learning.status).toBeNull();
    expect((await runs()).map(({ status }) => status)).toEqual(['finished', expect.stringMatching(/interrupted|stopped/)]);
    project.learning.start(SETTINGS, 'run-0001');
    const all = await rounds(2);
    expect(all[2]).toMatchObject({ status: 'finished', chain: 3, settings: { from: 'run-0001' } });
    await paint(2, 70, 20, 1);
    await expect.poll(() => project.training.status?.runId, { timeout: MINUTES }).toBe('run-0004');
    await project.learning.stop();
    expect(project.training.status).toBeNull();
    expect((await runs())[3]).toMatchObject({ status: 'stopped', predictedImages: 0, predictable: false });
  },
);
