/**
 * A preview as the engine makes it: 12 generated images of half a megapixel with strokes, one of them on the canvas. Seconds until it shows
 * for the first time, after a further stroke, on the next image, and there again; and what the engine holds.
 * node bench/run.mjs preview [--width 832 --height 624], after a build
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { encodeRle } from '@shared/mask';
import { RandomStream } from '@shared/random';
import { Peer } from '@shared/rpc';
import { ENGINE_ENVIRONMENT } from '../src/main/host/project/engine-host';
import { SAMPLE_RECIPE } from '../src/main/library/sample/recipe';
import { renderMicrograph } from '../src/main/library/sample/render';

const { values: options } = parseArgs({
  options: { width: { type: 'string', default: '832' }, height: { type: 'string', default: '624' } },
});
const [width, height] = [Number(options.width), Number(options.height)];
const [IMAGES, SEED, TIMES] = [13, 1, 7] as const;
/** Pixels of an image that are labelled, in squares of this side. */
const [LABELLED, SIDE] = [2000, 10] as const;

const classes = SAMPLE_RECIPE.classes.map((_, id) => id);
const folder = mkdtempSync(join(tmpdir(), 'espalier-preview-'));
const engine = fork(join(import.meta.dirname, '..', 'main', 'engine.js'), [], {
  serialization: 'advanced',
  env: { ...process.env, ...ENGINE_ENVIRONMENT },
});
const peer = new Peer({ post: (message) => engine.send(message as object), onMessage: (listener) => engine.on('message', listener) });

/** An image, and labels of some of it: more of them with each revision. */
async function generate(id: number): Promise<{ id: number; path: string; width: number; height: number; truth: Uint8Array }> {
  const { grey, truth } = renderMicrograph(SAMPLE_RECIPE, SEED, id, Math.max(width, height));
  const cut = (plane: Uint8Array): Uint8Array => {
    const side = Math.max(width, height);
    return Uint8Array.from({ length: width * height }, (_, i) => plane[Math.floor(i / width) * side + (i % width)]!);
  };
  const path = join(folder, `${id}.png`);
  await sharp(cut(grey), { raw: { width, height, channels: 1 } }).toFile(path);
  return { id, path, width, height, truth: cut(truth) };
}

type Image = Awaited<ReturnType<typeof generate>>;

function labelsOf({ id, truth }: Image, revision: number): Uint8Array {
  const labels = new Uint8Array(width * height).fill(255);
  const random = new RandomStream(SEED, id);
  for (let square = 0; square < LABELLED / SIDE ** 2 + revision; square++) {
    const [left, top] = [random.integer(width - SIDE), random.integer(height - SIDE)];
    for (let i = 0; i < SIDE ** 2; i++) {
      const at = (top + Math.floor(i / SIDE)) * width + left + (i % SIDE);
      labels[at] = truth[at]!;
    }
  }
  return labels;
}

try {
  const images: Image[] = [];
  for (let id = 1; id <= IMAGES; id++) images.push(await generate(id));
  const revisions = new Map(images.slice(0, -1).map(({ id }) => [id, 0]));
  const told = new Map<number, number>();
  /** @returns seconds */
  const show = async ({ id, path }: Image): Promise<number> => {
    const labelled = images.flatMap(({ truth, ...each }) => {
      const revision = revisions.get(each.id);
      if (revision === undefined) return [];
      const rle = told.get(each.id) === revision ? null : encodeRle(labelsOf({ truth, ...each }, revision));
      told.set(each.id, revision);
      return [{ ...each, revision, rle }];
    });
    const start = performance.now();
    await peer.call('engine.preview', { classes, image: { id, path, width, height }, labelled });
    return (performance.now() - start) / 1000;
  };
  const print = (what: string, seconds: number): void =>
    void process.stdout.write(`${what.padEnd(56)}${seconds.toFixed(2).padStart(8)} s\n`);
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

  print(`the first, of ${IMAGES - 1} images with strokes`, await show(images[0]!));
  const strokes: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    revisions.set(1, revisions.get(1)! + 1);
    strokes.push(await show(images[0]!));
  }
  print(`after a stroke, median of ${TIMES}`, median(strokes));
  print('the next image, which nobody has looked at', await show(images.at(-1)!));
  print('that of before again', await show(images[0]!));
  const { residentBytes } = await peer.call('engine.info', null);
  process.stdout.write(`the engine holds ${(residentBytes / 2 ** 20).toFixed(0)} MB\n`);
} finally {
  engine.kill();
  rmSync(folder, { recursive: true });
}
