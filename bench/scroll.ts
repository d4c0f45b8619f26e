/**
 * Scrolls through the film strip and the gallery of a project of 10,000 images in the real app, by the wheel and by jumps:
 * how long the window's frames take, and how long until the images in view are there after a jump:
 * `node bench/run.mjs scroll`, under a display.
 */
import type { Locator, Page } from '@playwright/test';
import { memoryOf, openApp, print, quantile, recordFrames } from './app';
import { freshData, manyImages } from './many-images';

const TURNS = 600;
const TURNS_PER_SECOND = 60;
const JUMPS = 20;

interface Scrolled {
  /** Milliseconds between frames under the wheel. */
  readonly frames: number[];
  /** Milliseconds from a jump until every thumbnail in view is there. */
  readonly rests: number[];
}

/** Turns the wheel for ten seconds, forth and back; then goes to places far apart. */
async function scroll(page: Page, list: Locator): Promise<Scrolled> {
  const box = await list.boundingBox();
  if (!box) throw new Error('the list is not on screen');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const recorded = await recordFrames(page);
  for (let turn = 0; turn < TURNS; turn++) {
    await page.mouse.wheel(0, turn % 200 < 150 ? 120 : -120);
    await page.waitForTimeout(1000 / TURNS_PER_SECOND);
  }
  const frames = await recorded();
  const rests: number[] = [];
  for (let jump = 0; jump < JUMPS; jump++) rests.push(await rest(list, (jump * 0.37) % 1));
  return { frames, rests };
}

/** Goes to a share of the way, as dragging the scroll bar does. @returns milliseconds until the images there are seen */
function rest(list: Locator, share: number): Promise<number> {
  return list.evaluate(async (element, to) => {
    const start = performance.now();
    element.scrollTo({ left: to * element.scrollWidth, top: to * element.scrollHeight });
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    const seen = (): boolean => {
      const options = [...element.querySelectorAll('[role=option]')];
      const whole = options.map((option) => option.querySelector('img')).filter((picture) => picture?.complete && picture.naturalWidth > 0);
      return options.length > 0 && whole.length === options.length;
    };
    await frame();
    while (!seen()) await frame();
    return performance.now() - start;
  }, share);
}

const rows = (name: string, { frames, rests }: Scrolled): [string, string, string][] => [
  [`${name}: frames`, String(frames.length), ''],
  ['  median (ms)', quantile(frames, 0.5), ''],
  ['  99th percentile (ms)', quantile(frames, 0.99), '≤ 33'],
  ['  longest (ms)', quantile(frames, 1), '≤ 100'],
  ['  images there after a jump, median (ms)', quantile(rests, 0.5), ''],
  ['  95th percentile (ms)', quantile(rests, 0.95), ''],
];

const { app, page } = await openApp(await manyImages(), freshData());
const list = page.getByRole('listbox', { name: 'Images' });
const strip = await scroll(page, list);
await page.getByRole('button', { name: 'Gallery' }).click();
await page.getByRole('region', { name: 'Gallery' }).waitFor();
const gallery = await scroll(page, list);
print([...rows('film strip', strip), ...rows('gallery', gallery), ['memory of the window (MiB)', (await memoryOf(app)).toFixed(0), '']]);
await app.close();
