import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RandomStream } from '@shared/random';
import type { ResultOf } from '@shared/protocol';
import type { Project } from './project';
import { TestHost } from './testing';

const MINUTES = 60_000;
const [WIDTH, HEIGHT] = [192, 96];
/** Where the bright part of each picture begins. */
const EDGES = [60, 130, 96];

let host: TestHost;
let project: Project;
let folder: string;
/** Ids of the pictures, in the order of their names. */
let ids: number[];

beforeAll(async () => {
  host = await TestHost.build();
}, 5 * MINUTES);
afterAll(() => host.remove());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'espalier-preview-'));
  for (const [i, edge] of EDGES.entries()) {
    const random = new RandomStream('preview', i);
    const data = Uint8Array.from(
      { length: WIDTH * HEIGHT * 3 },
      (_, at) => (Math.floor(at / 3) % WIDTH < edge ? 50 : 170) + random.integer(40),
    );
    await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).toFile(join(folder, `${i + 1}.png`));
  }
  project = host.project();
  await project.library.open({ folder, create: { classes: ['ground', 'cell', 'other'].map((name) => ({ name, color: '' })) } });
  await project.library.call('project.index', null);
  const images = await project.library.call('images.readable', { after: 0, limit: 10 });
  ids = EDGES.map((_, i) => images.find(({ name }) => name === `${i + 1}`)!.id);
});
afterEach(async () => {
  await project.close();
  rmSync(folder, { recursive: true });
});

/** Paints a thick stroke, the same columns of eight rows. */
const paint = (image: number, revision: number, from: number, length: number, classId: number): Promise<unknown> =>
  project.library.call('labels.apply', {
    imageId: ids[image - 1]!,
    revision,
    tool: 'brush',
    source: 'human',
    diff: Uint32Array.from(Array.from({ length: 8 }, (_, row) => [(8 * row + 8) * WIDTH + from, length, 255 | (classId << 8)]).flat()),
  });

const show = (image: number): Promise<ResultOf<'preview.show'>> => project.previews.show(ids[image - 1]!, new AbortController().signal);

/** Share of the pixels that a preview takes for what they are, well away from the edge. */
function right({ classes }: ResultOf<'preview.show'>, edge: number): number {
  const judged = [...classes.entries()].filter(([at]) => Math.abs((at % WIDTH) - edge) > 8);
  return judged.filter(([at, id]) => id === Number(at % WIDTH >= edge)).length / judged.length;
}

describe('a preview', () => {
  test('shows of an image without labels what a few strokes on another one have told', { timeout: 5 * MINUTES }, async () => {
    await expect(show(3)).rejects.toMatchObject({ code: 'PREVIEW_CLASSES' });
    await paint(1, 0, 5, 50, 0);
    await expect(show(3)).rejects.toMatchObject({ code: 'PREVIEW_CLASSES' });
    await paint(1, 1, 70, 110, 1);
    expect(right(await show(1), EDGES[0]!)).toBeGreaterThan(0.95);
    await paint(2, 0, 5, 110, 0);
    await paint(2, 1, 140, 40, 1);
    const preview = await show(3);
    expect(preview).toMatchObject({ width: WIDTH, height: HEIGHT, labelledImages: 2 });
    expect(right(preview, EDGES[2]!)).toBeGreaterThan(0.9);
    expect(preview.confidence.some((value) => value > 200)).toBe(true);
    // The same labels, the same preview; further ones change it.
    expect(await show(3)).toEqual(preview);
    await paint(3, 0, 150, 20, 2);
    const after = await show(3);
    expect(after.labelledImages).toBe(3);
    expect(after.classes.filter((id) => id === 2).length).toBeGreaterThan(0);
  });

  test('gives way to the one asked for last', { timeout: 5 * MINUTES }, async () => {
    await paint(1, 0, 2, 20, 0);
    await paint(1, 1, 50, 20, 1);
    const [first, second] = await Promise.allSettled([show(1), show(2)]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: { labelledImages: 1 } });
  });

  test('of all images orders their list where there is no run, and keeps what the backbone saw', { timeout: 5 * MINUTES }, async () => {
    await expect(project.previews.showAll({})).rejects.toMatchObject({ code: 'PREVIEW_CLASSES' });
    await paint(1, 0, 5, 50, 0);
    await paint(1, 1, 70, 40, 1);
    const told: number[] = [];
    expect(await project.previews.showAll({ onProgress: ({ done, total }) => void told.push(done / total) })).toEqual({ images: 3 });
    expect(told).toEqual([1 / 3, 2 / 3, 1]);
    const list = async (sort: 'rare' | 'lowConfidence', filter: 'all' | 'unlabelled' = 'all'): Promise<string[]> => {
      const query = { filter, sort, search: '', runId: null };
      return (await project.library.call('images.list', { query, offset: 0, limit: 10 })).items.map(({ path }) => path);
    };
    // The class with fewer labels has most of the first picture, least of the second.
    expect(await list('rare')).toEqual(['1.png', '3.png', '2.png']);
    expect(await list('rare', 'unlabelled')).toEqual(['3.png', '2.png']);
    await paint(3, 0, 5, 10, 0);
    expect(await list('rare', 'unlabelled')).toEqual(['2.png']);
    expect((await list('lowConfidence')).toSorted()).toEqual(['1.png', '2.png', '3.png']);
    const kept = readdirSync(join(folder, '.espalier/features')).filter((name) => name.endsWith('.maps'));
    expect(kept).toHaveLength(3);

    // Ended after the first image, what it had said of the others is gone: it would be of other labels.
    const controller = new AbortController();
    const ended = project.previews.showAll({ signal: controller.signal, onProgress: () => controller.abort() });
    await expect(ended).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await list('rare')).toHaveLength(3);
    // The files were found again.
    expect(readdirSync(join(folder, '.espalier/features')).filter((name) => name.endsWith('.maps'))).toEqual(kept);
  });

  test('is there again after the engine has died', { timeout: 5 * MINUTES }, async () => {
    await paint(1, 0, 2, 20, 0);
    await paint(1, 1, 50, 20, 1);
    const preview = await show(2);
    project.engine.kill();
    expect(await show(2)).toEqual(preview);
  });
});
