/**
 * `quick` in the terminal from nothing to every image predicted: 132 generated images of half a megapixel, 12 of them labelled. How long the
 * whole and each part of it take, and a second run on the same images.
 * node bench/run.mjs quick [--preset quick] [--set viewScale=1 …], after a build
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { z } from 'zod';
import { SAMPLE_RECIPE } from '../src/main/library/sample/recipe';
import { renderMicrograph } from '../src/main/library/sample/render';
import { espalier } from './terminal';

const { values: options } = parseArgs({
  options: { preset: { type: 'string', default: 'quick' }, set: { type: 'string', multiple: true, default: [] } },
});
const [IMAGES, LABELLED, WIDTH, HEIGHT, SEED] = [132, 12, 832, 624, 1];
const Line = z.looseObject({
  progress: z.string().optional(),
  epoch: z.number().optional(),
  verdict: z.object({ scale: z.number() }).nullish(),
});

/** The upper part of square micrographs; the first ones have masks. */
async function generate(images: string, masks: string): Promise<void> {
  for (const folder of [images, masks]) mkdirSync(folder);
  for (let i = 0; i < IMAGES; i++) {
    const { grey, truth } = renderMicrograph(SAMPLE_RECIPE, SEED, i, WIDTH);
    const name = `image${String(i).padStart(3, '0')}`;
    const raw = { width: WIDTH, height: HEIGHT, channels: 1 } as const;
    const picture = (data: Uint8Array): Sharp => sharp(data.subarray(0, WIDTH * HEIGHT), { raw });
    await picture(grey)
      .jpeg({ quality: 92 })
      .toFile(join(images, `${name}.jpg`));
    if (i < LABELLED)
      await picture(truth)
        .toColourspace('b-w')
        .png()
        .toFile(join(masks, `${name}.png`));
  }
}

const print = (name: string, seconds: number): void => void process.stdout.write(`${name.padEnd(24)}${seconds.toFixed(1).padStart(8)} s\n`);

/** Trains, predicts, and prints how long each part of it took. @returns seconds, and the scale that images were looked at in */
async function train(images: string, seed: number): Promise<[number, number | null]> {
  // When each part was first and last heard of.
  const parts = new Map<string, [number, number]>();
  let scale: number | null = null;
  const settings = [...options.set, `seed=${seed}`].flatMap((each) => ['--set', each]);
  const trained = await espalier(['train', images, '--preset', options.preset, ...settings, '--predict'], (text, seconds) => {
    const { progress, epoch, verdict } = Line.parse(JSON.parse(text));
    scale = verdict?.scale ?? scale;
    const part = progress ?? (epoch === undefined ? null : 'fitting');
    if (part !== null) parts.set(part, [parts.get(part)?.[0] ?? seconds, seconds]);
  });
  let end = 0;
  for (const [part, [first, last]] of parts) {
    print(`  before ${part}`, first - end);
    print(`  ${part}`, last - first);
    end = last;
  }
  print('  end', trained - end);
  print('train --predict', trained);
  return [trained, scale];
}

const home = mkdtempSync(join(tmpdir(), 'espalier-quick-'));
try {
  const [images, masks, classes] = [join(home, 'images'), join(home, 'masks'), join(home, 'classes.json')];
  await generate(images, masks);
  writeFileSync(classes, JSON.stringify(SAMPLE_RECIPE.classes));
  const before = await espalier(['init', images, '--classes', classes]);
  const imported = await espalier(['import', images, '--from', masks]);
  print('init', before);
  print('import', imported);
  const [trained, scale] = await train(images, 0);
  print('in all; 60 are wanted', before + imported + trained);
  process.stdout.write(`images are looked at at ${scale ?? 'their own'} times their size\n`);
  process.stdout.write('again, from another seed, with what the backbone saw kept:\n');
  await train(images, 1);
} finally {
  rmSync(home, { recursive: true });
}
