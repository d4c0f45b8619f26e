/**
 * Paints in the sample while a run trains, all in the real app with its own engine: how long the window's frames take, while training
 * has not begun and while it goes on:
 * `node bench/run.mjs frames [--seconds 20]`, under a display.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from '@playwright/test';
import { openApp, print, quantile, recordFrames } from './app';
import { epochAfter, train } from './training';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '20' } } });
const EVENTS_PER_SECOND = 60;
const CLASSES = 3;

/** Strokes across the image, one class after the other, for so many seconds. @returns milliseconds between animation frames */
async function paint(page: Page, seconds: number): Promise<number[]> {
  const box = await page.getByRole('application', { name: 'Image canvas' }).boundingBox();
  if (!box) throw new Error('the canvas is not on screen');
  const recorded = await recordFrames(page);
  const end = performance.now() + 1000 * seconds;
  for (let stroke = 0; performance.now() < end; stroke++) {
    await page.keyboard.press(String(1 + (stroke % CLASSES)));
    const y = box.y + box.height * (0.3 + 0.4 * ((stroke * 0.37) % 1));
    await page.mouse.move(box.x + box.width * 0.35, y);
    await page.mouse.down();
    for (let i = 0; i < EVENTS_PER_SECOND; i++) {
      await page.mouse.move(box.x + box.width * (0.35 + (0.3 * i) / EVENTS_PER_SECOND), y + 12 * Math.sin(i / 4));
      await new Promise((wait) => setTimeout(wait, 1000 / EVENTS_PER_SECOND));
    }
    await page.mouse.up();
  }
  return recorded();
}

function rows(name: string, frames: readonly number[]): [string, string, string][] {
  return [
    [`${name}: frames`, String(frames.length), ''],
    [`${name}: median (ms)`, quantile(frames, 0.5), ''],
    [`${name}: 99th percentile (ms)`, quantile(frames, 0.99), ''],
    [`${name}: longest (ms)`, quantile(frames, 1), '≤ 100'],
    [`${name}: above 100 ms`, String(frames.filter((ms) => ms > 100).length), '0'],
  ];
}

const data = mkdtempSync(join(tmpdir(), 'espalier-frames-'));
try {
  const { app, page } = await openApp('--sample', data);
  try {
    await page.keyboard.press('b');
    const before = await paint(page, 5);
    const epoch = await train(page);
    const during = await paint(page, Number(values.seconds));
    const later = await epochAfter(page, epoch);
    print([...rows('before', before), ...rows('training', during), ['trained meanwhile, epochs', `${epoch}–${later}`, '']]);
  } finally {
    await app.close();
  }
} finally {
  rmSync(data, { recursive: true, force: true });
}
