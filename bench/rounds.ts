/**
 * Two rounds of labelling: some labels, train, as many more, train again: from the run before, and from scratch in the same time and by the
 * preset as it is. mIoU of the teacher on other images, of which no run sees anything, over seeds.
 * node bench/run.mjs rounds [--preset balanced] [--labels 6] [--seeds 3] [--set viewScale=1 …], after a build; on generated images, or on a
 * data set with --images, --masks, --classes (as `espalier init` takes them), and --learn and --test: names of images, one a line
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { z } from 'zod';
import { RandomStream } from '@shared/random';
import { PRESETS, settingsFrom } from '@shared/settings';
import { SAMPLE_RECIPE } from '../src/main/library/sample/recipe';
import { renderMicrograph } from '../src/main/library/sample/render';
import { espalier } from './terminal';

const { values: options } = parseArgs({
  options: {
    preset: { type: 'string', default: 'balanced' },
    labels: { type: 'string', default: '6' },
    seeds: { type: 'string', default: '3' },
    set: { type: 'string', multiple: true, default: [] },
    images: { type: 'string' },
    masks: { type: 'string' },
    classes: { type: 'string' },
    learn: { type: 'string' },
    test: { type: 'string' },
  },
});
const [LABELS, SEEDS] = [Number(options.labels), Number(options.seeds)];
const preset = z.enum(PRESETS).parse(options.preset);
/** Generated images: to learn from, labelled or not; and to be asked about. */
const [POOL, ASKED, SIDE] = [40, 20, 384] as const;
const Line = z.looseObject({
  run: z.string().optional(),
  status: z.string().optional(),
  network: z.string().optional(),
  miou: z.number().nullish(),
});

interface DataSet {
  readonly images: string;
  readonly masks: string;
  readonly classes: string;
  /** Names of images. */
  readonly learn: readonly string[];
  readonly test: readonly string[];
}

async function generate(home: string): Promise<DataSet> {
  const [images, masks, classes] = ['images', 'masks', 'classes.json'].map((name) => join(home, name)) as [string, string, string];
  for (const folder of [images, masks]) mkdirSync(folder);
  const names = Array.from({ length: POOL + ASKED }, (_, i) => `image${String(i).padStart(3, '0')}`);
  for (const [i, name] of names.entries()) {
    const { grey, truth } = renderMicrograph(SAMPLE_RECIPE, 1, i, SIDE);
    const raw = { width: SIDE, height: SIDE, channels: 1 } as const;
    await sharp(grey, { raw })
      .png()
      .toFile(join(images, `${name}.png`));
    await sharp(truth, { raw })
      .toColourspace('b-w')
      .png()
      .toFile(join(masks, `${name}.png`));
  }
  writeFileSync(classes, JSON.stringify(SAMPLE_RECIPE.classes));
  return { images, masks, classes, learn: names.slice(0, POOL), test: names.slice(POOL) };
}

function given(): DataSet | null {
  const { images, masks, classes, learn, test } = options;
  if (images === undefined) return null;
  if (masks === undefined || classes === undefined || learn === undefined || test === undefined) {
    throw new Error('--images wants --masks, --classes, --learn and --test beside it');
  }
  const names = (file: string): string[] => readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return { images, masks, classes, learn: names(learn), test: names(test) };
}

const home = mkdtempSync(join(tmpdir(), 'espalier-rounds-'));
const percent = (share: number): string => (100 * share).toFixed(1).padStart(6);

/** One project of a data set, with more and more labels. */
class Rounds {
  readonly #order: readonly string[];
  readonly #project: string;

  constructor(
    private readonly set: DataSet,
    private readonly seed: number,
  ) {
    const random = new RandomStream('rounds', seed);
    this.#order = Array.from(random.permutation(set.learn.length), (i) => set.learn[i]!);
    this.#project = join(home, `project-${seed}`);
  }

  async begin(): Promise<void> {
    cpSync(this.set.images, this.#project, { recursive: true, filter: (path) => !path.includes('.espalier') });
    await espalier(['init', this.#project, '--classes', this.set.classes]);
  }

  /** Labels the next images. */
  async label(from: number, count: number): Promise<void> {
    await espalier([
      'import',
      this.#project,
      '--from',
      this.set.masks,
      '--ids',
      this.#list('labels', this.#order.slice(from, from + count)),
    ]);
  }

  /** @returns the run, its seconds and its teacher's mIoU */
  async train(labelled: number, ...settings: string[]): Promise<{ run: string; seconds: number; miou: number }> {
    let run = '';
    const rest = this.#list('rest', this.#order.slice(labelled));
    const all = [...options.set, ...settings, `seed=${this.seed}`].flatMap((each) => ['--set', each]);
    const seconds = await espalier(['train', this.#project, '--preset', preset, '--unlabelled', rest, ...all], (line) => {
      const parsed = Line.parse(JSON.parse(line));
      if (parsed.run !== undefined && parsed.status !== undefined) ({ run } = parsed);
    });
    let miou = 0;
    const asked = ['--run', run, '--truth', this.set.masks, '--ids', this.#list('test', this.set.test)];
    await espalier(['evaluate', this.#project, ...asked], (line) => {
      const parsed = Line.parse(JSON.parse(line));
      if (parsed.network === 'teacher') miou = parsed.miou ?? 0;
    });
    return { run, seconds, miou };
  }

  #list(name: string, names: readonly string[]): string {
    const file = join(home, `${name}-${this.seed}.txt`);
    writeFileSync(file, names.join('\n'));
    return file;
  }
}

try {
  const set = given() ?? (await generate(home));
  const { epochs } = settingsFrom(preset);
  process.stdout.write(`mIoU and seconds with ${LABELS} images labelled, then with ${2 * LABELS}: ${preset}\n`);
  process.stdout.write('seed   first round       from the run before   the same, full length   from scratch\n');
  for (let seed = 0; seed < SEEDS; seed++) {
    const rounds = new Rounds(set, seed);
    await rounds.begin();
    await rounds.label(0, LABELS);
    const first = await rounds.train(LABELS);
    await rounds.label(LABELS, LABELS);
    const from = `from=${first.run}`;
    const results = [
      first,
      await rounds.train(2 * LABELS, from),
      // What is not spent on labels goes to the unlabelled images.
      await rounds.train(2 * LABELS, from, `epochs=${epochs}`, `warmup=${settingsFrom(preset, { from: first.run }).warmup}`),
      await rounds.train(2 * LABELS),
    ];
    const cells = results.map(({ miou, seconds }) => `${percent(miou)} ${seconds.toFixed(0).padStart(5)} s      `);
    process.stdout.write(`${String(seed).padEnd(4)}${cells.join('')}\n`);
  }
} finally {
  rmSync(home, { recursive: true });
}
