/**
 * Goes through 200 images of a project of 10,000 with the real key in the real app: how long from the press until picture and labels
 * are drawn, once with time to look at each image, and once as fast as they come:
 * `node bench/run.mjs next [--pause MS]`, under a display.
 */
import { parseArgs } from 'node:util';
import type { Page } from '@playwright/test';
import { memoryOf, openApp, print, quantile } from './app';
import { freshData, manyImages } from './many-images';

const STEPS = 200;

const { values } = parseArgs({ options: { pause: { type: 'string', default: '250' } } });

/** Milliseconds from the press of the key until another image, with its labels, is drawn. */
async function step(page: Page): Promise<number> {
  // The page must be watching before the key is pressed: prefetched images come in less time than a message takes.
  const watch = await page.evaluateHandle(() => {
    const canvas = document.querySelector<HTMLElement>('[data-image]')!;
    const before = canvas.dataset.image;
    let pressed = 0;
    window.addEventListener('keydown', (event) => (pressed = event.timeStamp), { capture: true, once: true });
    const drawn = new Promise<number>((done) => {
      const observer = new MutationObserver(() => {
        if (canvas.dataset.image === before || canvas.dataset.ready !== 'true') return;
        observer.disconnect();
        // Asked for after the canvas asked for its frame, and so answered after it has drawn.
        requestAnimationFrame(() => done(performance.now() - pressed));
      });
      observer.observe(canvas, { attributes: true });
    });
    return { drawn };
  });
  await page.keyboard.press('d');
  return watch.evaluate(({ drawn }) => drawn);
}

const { app, page } = await openApp(await manyImages(), freshData());
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
