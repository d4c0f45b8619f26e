/**
 * Paints one stroke of 2,000 pointer events at 240 Hz with a 60-pixel brush into a square image in the real app, and takes it back:
 * `node bench/run.mjs paint [--side 8000] [--training PROJECT]`, under a display. With the folder of a project that has labels, the image
 * is one of a copy of that project, and the app trains on it meanwhile.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { memoryOf, openApp, print, quantile, recordFrames } from './app';
import { epochAfter, train } from './training';

const EVENTS = 2000;
const RATE = 240;
const BRUSH = 60;
/** Milliseconds from the stroke to its undo: whatever waited for the stroke goes on then. */
const PAUSE = 1500;
/** The first of its folder, whatever else is there. */
const IMAGE = '000000-large.jpg';

interface Measured {
  /** Milliseconds between animation frames. */
  readonly frames: number[];
  /** Milliseconds from each event's time stamp until the canvas holds its pixels, and until the frame that shows them is made. */
  readonly pixels: number[];
  readonly shown: number[];
}

const { values } = parseArgs({ options: { side: { type: 'string', default: '8000' }, training: { type: 'string' } } });
const SIDE = Number(values.side);

async function makeImage(folder: string): Promise<void> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
  const small = await sharp({ create: { width: SIDE / 8, height: SIDE / 8, channels: 3, background: '#777777', noise } })
    .png()
    .toBuffer();
  await sharp(small).resize(SIDE, SIDE).jpeg().toFile(join(folder, IMAGE));
}

/** A spiral about the middle of the canvas, as points of the window. */
async function spiral(page: Page): Promise<[number, number][]> {
  const box = await page.getByRole('application', { name: 'Image canvas' }).boundingBox();
  if (!box) throw new Error('the canvas is not on screen');
  const reach = Math.min(box.width, box.height) * 0.42;
  return Array.from({ length: EVENTS }, (_, i) => {
    const angle = (i / EVENTS) * 24 * Math.PI;
    const radius = reach * (0.1 + (0.9 * i) / EVENTS);
    return [box.x + box.width / 2 + radius * Math.cos(angle), box.y + box.height / 2 + radius * Math.sin(angle)];
  });
}

async function stroke(page: Page): Promise<Measured> {
  const points = await spiral(page);
  const session = await page.context().newCDPSession(page);
  await page.mouse.move(...points[0]!);
  await page.mouse.down();
  const recorded = await recordFrames(page);
  const delays = await page.evaluateHandle(() => {
    const [pixels, shown, waiting]: [number[], number[], number[]] = [[], [], []];
    const { putImageData } = CanvasRenderingContext2D.prototype;
    Object.assign(CanvasRenderingContext2D.prototype, {
      putImageData(this: CanvasRenderingContext2D, ...args: [ImageData, number, number, number, number, number, number]): void {
        putImageData.apply(this, args);
        for (const stamp of waiting.splice(0)) pixels.push(performance.now() - stamp);
      },
    });
    window.addEventListener('pointermove', ({ timeStamp }) => waiting.push(timeStamp), { capture: true });
    // Asked for after the canvas asked for its frame, and so answered after it has drawn.
    window.addEventListener('pointermove', ({ timeStamp }) => requestAnimationFrame(() => shown.push(performance.now() - timeStamp)));
    return { pixels, shown };
  });
  const start = performance.now();
  const sent: Promise<unknown>[] = [];
  for (const [i, [x, y]] of points.entries()) {
    const early = start + (i * 1000) / RATE - performance.now();
    if (early > 0) await new Promise((wait) => setTimeout(wait, early));
    sent.push(session.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y, button: 'left', buttons: 1 }));
  }
  await Promise.all(sent);
  const measured = { frames: await recorded(), ...(await delays.jsonValue()) };
  await page.mouse.up();
  return measured;
}

/** Milliseconds from the click on Undo to the end of the frame that shows it. */
function undo(page: Page): Promise<number> {
  return page.getByRole('button', { name: 'Undo' }).evaluate(
    (button: HTMLButtonElement) =>
      new Promise<number>((done) => {
        const start = performance.now();
        button.click();
        requestAnimationFrame(() => done(performance.now() - start));
      }),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'espalier-paint-'));
try {
  const images = join(folder, 'images');
  if (values.training === undefined) mkdirSync(images);
  else cpSync(values.training, images, { recursive: true });
  await makeImage(images);
  const { app, page } = await openApp(images, join(folder, 'data'));
  try {
    await page.getByRole('option', { name: IMAGE }).click();
    await page.getByRole('option', { name: IMAGE, selected: true }).waitFor();
    await page.locator('[data-ready="true"]').waitFor({ timeout: 300_000 });
    const epoch = values.training === undefined ? null : await train(page);
    await page.keyboard.press('b');
    await page.getByRole('spinbutton', { name: 'Size in px' }).fill(String(BRUSH));
    await page.keyboard.press('Tab');
    const { frames, pixels, shown } = await stroke(page);
    await page.locator('[data-save-state="saved"]').waitFor({ timeout: 60_000 });
    await page.waitForTimeout(PAUSE);
    const back = await undo(page);
    print([
      ['frames, median (ms)', quantile(frames, 0.5), ''],
      ['frames, 99th percentile (ms)', quantile(frames, 0.99), '≤ 17'],
      ['frames, longest (ms)', quantile(frames, 1), '≤ 33'],
      ['event to pixels, median (ms)', quantile(pixels, 0.5), '≤ 8'],
      ['event to pixels, 99th percentile (ms)', quantile(pixels, 0.99), ''],
      ['event to the frame with them, median (ms)', quantile(shown, 0.5), ''],
      ['event to the frame with them, 99th (ms)', quantile(shown, 0.99), ''],
      ['undo of the stroke (ms)', back.toFixed(1), '≤ 50'],
      ['memory of the window (MiB)', (await memoryOf(app)).toFixed(0), ''],
      ...(epoch === null ? [] : [['trained meanwhile, epochs', `${epoch}–${await epochAfter(page, epoch)}`, ''] as const]),
    ]);
  } finally {
    await app.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
