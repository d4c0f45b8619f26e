import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RandomStream } from '@shared/random';
import type { Project } from './project';
import { makeSuggestions } from './suggestions';
import { TestHost } from './testing';

const MINUTES = 60_000;
const SIDE = 96;
/** Pictures of three kinds, by their numbers: seven of stripes, four of even ground, three of dots. */
const KINDS = [
  'stripes',
  'stripes',
  'even',
  'stripes',
  'dots',
  'stripes',
  'even',
  'dots',
  'stripes',
  'even',
  'stripes',
  'dots',
  'even',
  'stripes',
];

let host: TestHost;
let project: Project;
let folder: string;

beforeAll(async () => {
  host = await TestHost.build();
}, 5 * MINUTES);
afterAll(() => host.remove());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'espalier-suggest-'));
  for (const [i, kind] of KINDS.entries()) {
    const random = new RandomStream('suggest', i);
    const value = (x: number, y: number): number =>
      kind === 'even' ? 120 : kind === 'stripes' ? 40 + 180 * (Math.floor(x / 6) % 2) : x % 24 < 8 && y % 24 < 8 ? 230 : 30;
    const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => {
      const pixel = Math.floor(at / 3);
      return value(pixel % SIDE, Math.floor(pixel / SIDE)) + random.integer(20);
    });
    await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } }).toFile(join(folder, `${String(i).padStart(2, '0')}.png`));
  }
  project = host.project();
  await project.library.open({ folder, create: { classes: [{ name: 'thing', color: '' }] } });
  await project.library.call('project.index', null);
});
afterEach(async () => {
  await project.close();
  rmSync(folder, { recursive: true });
});

const suggested = async (count: number): Promise<number[]> => (await makeSuggestions(project.library, project.engine, count, {})).images;

async function numberOf(id: number): Promise<number> {
  return Number((await project.library.call('images.get', { id, runId: null })).path.slice(0, 2));
}
const kindsOf = async (ids: readonly number[]): Promise<string[]> => Promise.all(ids.map(async (id) => KINDS[await numberOf(id)]!));

async function label(number: number): Promise<void> {
  const [found] = await project.library.call('images.named', { names: [String(number).padStart(2, '0')] });
  const [image] = found!;
  const diff = Uint32Array.of(0, SIDE, 255);
  await project.library.call('labels.apply', { imageId: image!.id, revision: 0, tool: 'brush', source: 'human', diff });
}

describe('suggestions', () => {
  test(
    'are one image of each kind, the most frequent first; then of kinds without labels; and are a list',
    { timeout: 5 * MINUTES },
    async () => {
      const ids = await suggested(3);
      const kinds = await kindsOf(ids);
      expect(kinds[0]).toBe('stripes');
      expect(new Set(kinds).size).toBe(3);
      const query = { filter: 'suggested', sort: 'name', search: '', runId: null } as const;
      const listed = await project.library.call('images.list', { query, offset: 0, limit: 10 });
      expect(listed.items.map(({ id }) => id).sort()).toEqual([...ids].sort());
      // The same images, the same suggestions.
      expect(await suggested(3)).toEqual(ids);

      await label(0);
      await label(2);
      const next = await suggested(1);
      expect(await kindsOf(next)).toEqual(['dots']);
      expect((await project.library.call('images.list', { query, offset: 0, limit: 10 })).items.map(({ id }) => id)).toEqual(next);
    },
  );

  test(
    'go on without an image that cannot be read, are never labelled ones, and end when cancelled or where there is none',
    { timeout: 5 * MINUTES },
    async () => {
      writeFileSync(join(folder, '03.png'), 'no image');
      const numbers = await Promise.all((await suggested(20)).map(numberOf));
      expect([...numbers].sort((a, b) => a - b)).toEqual(KINDS.map((_, i) => i).filter((i) => i !== 3));
      const stop = new AbortController();
      const onProgress = (): void => stop.abort();
      await expect(makeSuggestions(project.library, project.engine, 3, { signal: stop.signal, onProgress })).rejects.toThrow();
      for (const number of KINDS.keys()) if (number !== 3) await label(number);
      await project.library.call('project.index', null);
      await expect(suggested(1)).rejects.toMatchObject({ code: 'NOTHING_UNLABELLED' });
    },
  );
});
