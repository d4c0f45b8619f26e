/**
 * Goes through 200 images of a project of 10,000 with the real key in the real app: how long from the press until picture and labels
 * are drawn, once with time to look at each image, and once as fast as they come:
 * `node bench/run.mjs next [--pause MS]`, under a display. The project is made once and kept among Espalier's downloads.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { memoryOf, openApp, print, quantile, ROOT } from './app';

const IMAGES = 10_000;
const DIFFERENT = 100;
const STEPS = 200;
const [WIDTH, HEIGHT] = [640, 480];

const { values } = parseArgs({ options: { pause: { type: 'string', default: '250' } } });
const home = join(process.env.ESPALIER_CACHE ?? tmpdir(), 'bench-next');

/** Pictures of clouds, each under a hundred names; the first ones have masks. */
async function makeProject(): Promise<string> {
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
      if (copy <= 3 * STEPS) writeFileSync(join(masks, `${nameOf(copy)}.png`), mask);
    }
  }
  writeFileSync(join(home, 'classes.txt'), 'dark\nbright\n');
  for (const args of [
    ['init', images, '--classes', join(home, 'classes.txt')],
    ['import', images, '--masks', masks],
  ]) {
    const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'espalier.mjs'), ...args], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`espalier ${args[0]} failed`);
  }
  writeFileSync(join(home, 'complete'), '');
  return images;
}

/** Milliseconds from the press of the key until another image, with its labels, is drawn. */
async function step(page: Page): Promise<number> {
  const drawn = page.evaluate(
    () =>
      new Promise<number>((done) => {
        const canvas = document.querySelector<HTMLElement>('[data-image]')!;
        const before = canvas.dataset.image;
        let pressed = 0;
        const press = (event: KeyboardEvent): void => void (pressed = event.timeStamp);
        window.addEventListener('keydown', press, { capture: true, once: true });
        const observer = new MutationObserver(() => {
          if (canvas.dataset.image === before || canvas.dataset.ready !== 'true') return;
          observer.disconnect();
          // Asked for after the canvas asked for its frame, and so answered after it has drawn.
          requestAnimationFrame(() => done(performance.now() - pressed));
        });
        observer.observe(canvas, { attributes: true });
      }),
  );
  await page.keyboard.press('d');
  return drawn;
}

const images = await makeProject();
const data = join(home, 'data');
rmSync(data, { recursive: true, force: true });
const { app, page } = await openApp(images, data);
await page.locator('[data-ready="true"]').click({ position: { x: 4, y: 4 } });
await page.keyboard.press('v');
const [looking, rushing]: [number[], number[]] = [[], []];
for (let i = 0; i < STEPS; i++) {
  await page.waitForTimeout(Number(values.pause));
  looking.push(await step(page));
}
for (let i = 0; i < STEPS; i++) rushing.push(await step(page));
print([
  [`looking ${values.pause} ms at each, median (ms)`, quantile(looking, 0.5), '≤ 100'],
  ['  95th percentile (ms)', quantile(looking, 0.95), '≤ 100'],
  ['  longest (ms)', quantile(looking, 1), '≤ 100'],
  ['as fast as they come, median (ms)', quantile(rushing, 0.5), ''],
  ['  95th percentile (ms)', quantile(rushing, 0.95), ''],
  ['  longest (ms)', quantile(rushing, 1), ''],
  ['memory of the window (MiB)', (await memoryOf(app)).toFixed(0), ''],
]);
await app.close();
