/** A project of 10,000 images for benchmarks, made once and kept among Espalier's downloads. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { ROOT } from './app';

export const IMAGES = 10_000;
const DIFFERENT = 100;
const MASKS = 600;
const [WIDTH, HEIGHT] = [640, 480];

const home = join(process.env.ESPALIER_CACHE ?? tmpdir(), 'bench-next');

/** Where the app keeps its own data in these benchmarks; emptied first. */
export function freshData(): string {
  const data = join(home, 'data');
  rmSync(data, { recursive: true, force: true });
  return data;
}

/** Pictures of clouds, each under a hundred names; the first ones have masks. @returns the folder */
export async function manyImages(): Promise<string> {
  const [images, masks] = [join(home, 'images'), join(home, 'masks')];
  if (existsSync(join(home, 'complete'))) return images;
  rmSync(home, { recursive: true, force: true });
  for (const folder of [images, masks]) mkdirSync(folder, { recursive: true });
  const nameOf = (i: number): string => `image${String(i).padStart(5, '0')}`;
  for (let i = 0; i < DIFFERENT; i++) {
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
    const clouds = await sharp({ create: { width: WIDTH / 20, height: HEIGHT / 20, channels: 3, background: '#777777', noise } })
      .png()
      .toBuffer();
    const first = join(images, `${nameOf(i)}.jpg`);
    await sharp(clouds).resize(WIDTH, HEIGHT).jpeg().toFile(first);
    const mask = await sharp(clouds)
      .resize(WIDTH, HEIGHT)
      .greyscale()
      .threshold(128)
      .linear(1 / 255)
      .toColourspace('b-w')
      .png()
      .toBuffer();
    for (let copy = i; copy < IMAGES; copy += DIFFERENT) {
      if (copy > i) copyFileSync(first, join(images, `${nameOf(copy)}.jpg`));
      if (copy <= MASKS) writeFileSync(join(masks, `${nameOf(copy)}.png`), mask);
    }
  }
  writeFileSync(join(home, 'classes.txt'), 'dark\nbright\n');
  for (const args of [
    ['init', images, '--classes', join(home, 'classes.txt')],
    ['import', images, '--from', masks],
  ]) {
    const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'espalier.mjs'), ...args], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`espalier ${args[0]} failed`);
  }
  writeFileSync(join(home, 'complete'), '');
  return images;
}
