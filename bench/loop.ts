/**
 * The loop that people go through, by a scripted annotator with a budget in seconds: rounds of label, train, review, train. mIoU on images
 * apart against the seconds spent, for each way of spending them:
 *   random       random images, labelled whole
 *   foreground   random images, those with more of what is not the first class the more often, labelled whole
 *   uncertain    the images that the last run is least sure of, labelled whole
 *   review       the same images, accepting and rejecting regions of what the run predicts
 *   all          suggested images first; then the same, where what was rejected is also painted
 * node bench/run.mjs loop [--ways random,all] [--seeds 0,1,2] [--rounds 4] [--seconds 120] [--preset quick] [--pool 60] [--apart 20]
 *   [--images FOLDER --truth FOLDER --classes FILE --test FILE], after a build. `seconds` are those of a round; without folders the sample is
 *   made anew; with them, `test` names the images that are kept apart, and truth are PNGs of class numbers by the same names.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { z } from 'zod';
import { decodeRle, diffOf, IGNORE } from '@shared/mask';
import { RandomStream } from '@shared/random';
import { createLibrary, type LibraryHandlers } from '../src/main/library/library';
import { SAMPLE_RECIPE } from '../src/main/library/sample/recipe';
import { renderMicrograph } from '../src/main/library/sample/render';
import { readPng } from '../src/main/media/png';
import { toPairs } from '../src/renderer/editor/spans';
import { ROOT } from './app';
import { Annotator, forEachPixel, type Truth } from './loop-annotator';

const WAYS = ['random', 'foreground', 'uncertain', 'review', 'all'] as const;
type Way = (typeof WAYS)[number];

const { values: given } = parseArgs({
  options: {
    ways: { type: 'string', default: WAYS.join() },
    seeds: { type: 'string', default: '0,1,2' },
    rounds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '120' },
    preset: { type: 'string', default: 'quick' },
    pool: { type: 'string', default: '60' },
    apart: { type: 'string', default: '20' },
    images: { type: 'string' },
    truth: { type: 'string' },
    classes: { type: 'string' },
    test: { type: 'string' },
  },
});
const ways = given.ways.split(',').map((way) => z.enum(WAYS).parse(way));
const seeds = given.seeds.split(',').map(Number);
const [rounds, seconds] = [Number(given.rounds), Number(given.seconds)];
const context = { signal: new AbortController().signal, progress: () => undefined };

/** Where images and truth lie, and which names are kept apart. */
interface Data {
  readonly images: string;
  readonly truth: string;
  readonly classes: string;
  readonly test: string;
}

async function sample(home: string): Promise<Data> {
  const data = {
    images: join(home, 'given'),
    truth: join(home, 'truth'),
    classes: join(home, 'classes.json'),
    test: join(home, 'test.txt'),
  };
  for (const folder of [data.images, data.truth]) mkdirSync(folder);
  const { size, seed, classes } = SAMPLE_RECIPE;
  const [pool, apart] = [Number(given.pool), Number(given.apart)];
  const names = Array.from({ length: pool + apart }, (_, i) => `image${String(i).padStart(4, '0')}`);
  for (const [i, name] of names.entries()) {
    const { grey, truth } = renderMicrograph(SAMPLE_RECIPE, seed, i, size);
    for (const [folder, pixels] of [
      [data.images, grey],
      [data.truth, truth],
    ] as const) {
      await sharp(pixels, { raw: { width: size, height: size, channels: 1 } })
        .toColourspace('b-w')
        .png()
        .toFile(join(folder, `${name}.png`));
    }
  }
  writeFileSync(data.classes, JSON.stringify(classes));
  writeFileSync(data.test, names.slice(pool).join('\n'));
  return data;
}

const Line = z.looseObject({
  run: z.string().optional(),
  network: z.string().optional(),
  miou: z.number().optional(),
  images: z.unknown().optional(),
});

/** Runs a command of the terminal. @returns its lines */
async function espalier(...args: string[]): Promise<z.infer<typeof Line>[]> {
  const cli = join(import.meta.dirname, '..', 'main', 'cli.js');
  const env = { ...process.env, ESPALIER_NODE: process.env.ESPALIER_NODE ?? process.execPath };
  const child = spawn(process.execPath, [cli, ...args, '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: z.infer<typeof Line>[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(Line.parse(JSON.parse(line))));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`espalier ${args[0]} ended with ${String(code)}`);
  return lines;
}

async function inLibrary<T>(folder: string, work: (library: LibraryHandlers) => Promise<T>): Promise<T> {
  const library = createLibrary(join(ROOT, 'src/main/library/reader/thread.mjs'));
  await library['project.open']({ folder, create: null }, context);
  try {
    return await work(library);
  } finally {
    await library['project.close'](null, context);
  }
}

interface Round {
  readonly seconds: number;
  readonly images: number;
  readonly pixels: number;
  readonly miou: number;
}

/** Goes through the loop one way. */
async function loop(way: Way, seed: number, data: Data, home: string): Promise<Round[]> {
  const folder = join(home, `${way}-${seed}`);
  cpSync(data.images, folder, { recursive: true });
  await espalier('init', folder, '--classes', data.classes);
  const apart = new Set(
    readFileSync(data.test, 'utf8')
      .split('\n')
      .map((name) => name.trim())
      .filter(Boolean),
  );
  const annotator = new Annotator();
  const random = new RandomStream('loop', seed);
  const touched = new Set<number>();
  const done: Round[] = [];
  let run: string | null = null;
  const suggested = way === 'all' ? z.array(z.string()).parse((await espalier('suggest', folder, '--count', '24')).at(-1)?.images) : [];
  for (let round = 1; round <= rounds; round++) {
    annotator.work(round * seconds);
    const before: string | null = run;
    await inLibrary(folder, async (library) => {
      const query = {
        filter: 'all',
        sort: before === null || way === 'random' ? 'name' : 'lowConfidence',
        search: '',
        runId: before,
      } as const;
      const { items } = await library['images.list']({ query, offset: 0, limit: 1000 }, context);
      let left = items.filter(({ id, path }) => !touched.has(id) && !apart.has(parse(path).name));
      const truths = new Map<number, Truth>();
      const truthOf = async (id: number, path: string): Promise<Truth> => {
        const { width, height, data: pixels } = await readPng(join(data.truth, `${parse(path).name}.png`));
        const truth = truths.get(id) ?? { width, height, data: pixels };
        truths.set(id, truth);
        return truth;
      };
      while (!annotator.tired && left.length > 0) {
        const image = await choose();
        left = left.filter(({ id }) => id !== image.id);
        touched.add(image.id);
        const truth = await truthOf(image.id, image.path);
        if (before !== null && (way === 'review' || way === 'all'))
          await review(library, before, image.id, truth, annotator, way === 'all');
        else
          await label(
            library,
            image.id,
            annotator.paint(truth, () => true),
          );
      }

      async function choose(): Promise<(typeof left)[number]> {
        const proposed = before === null ? left.find(({ path }) => suggested.includes(path)) : undefined;
        if (proposed) return proposed;
        if (way === 'foreground') {
          const weights = await Promise.all(left.map(async ({ id, path }) => foreground(await truthOf(id, path))));
          let at = random.uniform() * weights.reduce((a, b) => a + b, 0);
          return left[
            Math.max(
              0,
              weights.findIndex((weight) => (at -= weight) <= 0),
            )
          ]!;
        }
        return before === null || way === 'random' ? left[random.integer(left.length)]! : left[0]!;
      }
    });
    await espalier('train', folder, '--preset', given.preset, '--set', `seed=${seed}`, '--predict');
    const runs = await inLibrary(folder, (library) => Promise.resolve(library['runs.list'](null, context)));
    run = (await runs).at(-1)!.id;
    const told = await espalier('evaluate', folder, '--run', run, '--truth', data.truth, '--ids', data.test);
    const miou = told.filter(({ network }) => network === 'teacher').at(-1)?.miou ?? Number.NaN;
    const pixels = await inLibrary(folder, async (library) =>
      (
        await library['images.list']({ query: { filter: 'all', sort: 'name', search: '', runId: null }, offset: 0, limit: 1000 }, context)
      ).items.reduce((sum, { labelledPixels }) => sum + labelledPixels, 0),
    );
    done.push({ seconds: annotator.seconds, images: touched.size, pixels, miou });
    print([
      way,
      String(seed),
      String(round),
      annotator.seconds.toFixed(0),
      String(touched.size),
      pixels.toLocaleString('en'),
      percent(miou),
    ]);
  }
  return done;
}

/** Share of an image that is not of the first class. */
const foreground = ({ data }: Truth): number => data.filter((id) => id !== 0 && id !== IGNORE).length / data.length;

/** Writes labels of an image that has none, or where it has none. */
async function label(library: LibraryHandlers, imageId: number, labels: Uint8Array): Promise<void> {
  const { rle, revision } = await library['labels.read']({ imageId }, context);
  const before = decodeRle(rle, labels.length);
  const after = before.map((id, i) => (id === IGNORE ? labels[i]! : id));
  const diff = diffOf(before, after);
  if (diff.length > 0) await library['labels.apply']({ imageId, revision, tool: 'brush', source: 'human', diff }, context);
}

/** Accepts what is right of a prediction and rejects what is not; with `correct`, paints what was rejected. */
async function review(
  library: LibraryHandlers,
  runId: string,
  imageId: number,
  truth: Truth,
  annotator: Annotator,
  correct: boolean,
): Promise<void> {
  const planes = await library['predictions.read']({ runId, imageId }, context);
  const beta = (await library['runs.list'](null, context)).find(({ id }) => id === runId)?.reviewBeta ?? 1;
  const none = new Uint8Array(truth.data.length).fill(IGNORE);
  const rejected = new Uint8Array(truth.data.length);
  for (const { spans, classId, accepted } of annotator.judge(planes, none, truth, beta)) {
    const { revision } = await library['labels.read']({ imageId }, context);
    const region = toPairs(spans, planes.width);
    const seen = { runId, imageId, prediction: planes.version, revision };
    if (accepted) {
      // Regions of one prediction do not meet.
      const after = none.slice();
      forEachPixel(spans, planes.width, (i) => (after[i] = classId));
      await library['review.accept']({ ...seen, classId, region, diff: diffOf(none, after) }, context);
    } else {
      await library['review.reject']({ ...seen, regions: [{ classId, region }] }, context);
      forEachPixel(spans, planes.width, (i) => (rejected[i] = 1));
    }
  }
  if (correct)
    await label(
      library,
      imageId,
      annotator.paint(truth, (i) => rejected[i] === 1),
    );
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const print = (cells: readonly string[]): void => void process.stdout.write(`${cells.map((cell) => cell.padStart(12)).join('')}\n`);

const home = mkdtempSync(join(tmpdir(), 'espalier-loop-'));
try {
  const { images, truth, classes, test } = given;
  const data = images && truth && classes && test ? { images, truth, classes, test } : await sample(home);
  process.stdout.write(`${readdirSync(data.images).length} images, rounds of ${seconds} s, preset ${given.preset}\n`);
  print(['way', 'seed', 'round', 'seconds', 'images', 'pixels', 'mIoU']);
  const all: { way: Way; rounds: Round[] }[] = [];
  for (const seed of seeds) for (const way of ways) all.push({ way, rounds: await loop(way, seed, data, home) });
  process.stdout.write(`mIoU by seconds of the annotator, mean over ${seeds.length} seeds\n`);
  print(['', ...Array.from({ length: rounds }, (_, i) => `${(i + 1) * seconds} s`)]);
  for (const way of ways) {
    const own = all.filter((each) => each.way === way);
    print([
      way,
      ...Array.from({ length: rounds }, (_, i) => percent(own.reduce((sum, each) => sum + each.rounds[i]!.miou, 0) / own.length)),
    ]);
  }
} finally {
  rmSync(home, { recursive: true });
}
