import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import sharp from 'sharp';
import { settingsFrom } from '../src/shared/settings';
import type { TestLibrary } from '../src/main/library/testing/library';
import { expect, test } from './support/app';
import { canvasOf, canvasReady, drag, onScreen, saved } from './support/canvas';
import { projectWithRun } from './support/finished-run';
import { corner, p } from './support/labels';
import { screenAt } from './support/pixels';
import { resize } from './support/resize';

const VIEWS = ['Label', 'Train', 'Review', 'Export'] as const;
const SIZES = [
  ['1280 × 720', 1280, 720, 1],
  ['1600 × 1000', 1600, 1000, 1],
  ['1900 × 1200', 1900, 1200, 1],
  ['1440 × 900 at 200 % zoom', 1440, 900, 2],
] as const;

let project: TestLibrary;
test.beforeAll(async () => {
  const picture = await sharp({ create: { width: 160, height: 120, channels: 3, background: '#707070' } })
    .png()
    .toBuffer();
  const names = Array.from({ length: 12 }, (_, i) => `image${i}.png`);
  project = await projectWithRun(Object.fromEntries(names.map((name) => [name, picture])), 160, 120, (x) => (x > 80 ? 1 : 0));
  await project.open();
  const settings = { ...settingsFrom('pruning'), method: 'pgcl' as const, holdOut: 0.2, epochs: 6, warmup: 1 };
  const { runId } = await project.call('runs.create', { settings, unlabelled: null });
  for (let epoch = 1; epoch <= 6; epoch++) {
    const late = epoch > 1 ? epoch / 10 : null;
    const report = {
      epoch,
      step: epoch * 20,
      seconds: 1,
      metrics: {
        ...{ learningRate: 0.01, lossSupervised: 1 / epoch, pruningRatio: 0.5, studentMiou: 0.5, teacherMiou: 0.6 },
        ...(late !== null && {
          lossConsistency: late,
          lossContrastive: late,
          beta: late,
          keptByConfidence: late,
          keptAfterRefinement: late,
          meanSimilarity: late,
        }),
      },
      verdict: null,
    };
    await project.call('runs.record', { runId, news: [{ kind: 'epoch', report }] });
  }
  await project.call('runs.finish', { runId, status: 'stopped', reason: null, seconds: 6 });
  await project.call('project.close', null);
});
test.afterAll(() => project.remove());

async function go(page: Page, view: (typeof VIEWS)[number]): Promise<void> {
  await page.getByRole('tab', { name: view }).click();
  if (view === 'Label' || view === 'Review') await canvasReady(page);
  if (view === 'Train') await page.getByText('Run 2: stopped').first().click();
}

/** Words that do not fit where they stand: cut or ended by dots; and choices of lists wider than their list. */
function cutWords(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const cut: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      if (!element.checkVisibility() || element.closest('.hidden, svg, textarea')) continue;
      const style = getComputedStyle(element);
      if (element instanceof HTMLSelectElement) {
        const pen = document.createElement('canvas').getContext('2d')!;
        pen.font = style.font;
        const arrow = 16;
        const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrow;
        for (const { label } of element.options) if (pen.measureText(label).width > room) cut.push(`choice: ${label}`);
        continue;
      }
      const words = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      if (words && style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1)
        cut.push(element.textContent?.trim() ?? '');
      const box = element.getBoundingClientRect();
      if (words && (box.right > innerWidth + 1 || box.left < -1) && !element.closest('[role=listbox]')) {
        cut.push(`outside: ${element.textContent?.trim()}`);
      }
    }
    return cut;
  });
}

for (const [title, width, height, zoom] of SIZES) {
  test(`no word is cut at ${title}`, async ({ launch }) => {
    const { app, page } = await launch([project.folder]);
    await canvasReady(page);
    await resize(app, page, width, height, zoom);
    for (const view of VIEWS) {
      await go(page, view);
      for (const theme of ['dark', 'light']) {
        await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
        expect.soft(await cutWords(page), `${view}, ${theme}`).toEqual([]);
      }
    }
    await go(page, 'Train');
    await page.getByText('Advanced').click();
    expect.soft(await cutWords(page), 'Train, all settings').toEqual([]);
    await go(page, 'Label');
    for (const tool of await page.getByRole('toolbar', { name: 'Tools' }).locator('button[aria-pressed]:enabled').all()) {
      await tool.click();
      expect.soft(await cutWords(page), (await tool.getAttribute('aria-label')) ?? '').toEqual([]);
    }
  });
}

const boxes = (locator: Locator) =>
  locator.evaluateAll((all) =>
    all.map((one) => {
      const { left, top, right, bottom } = one.getBoundingClientRect();
      return { left, top, right, bottom };
    }),
  );

test('a large window is used: charts grow with it, start and export fill its middle', async ({ launch }) => {
  const { app, page } = await launch();
  await expect(page.getByRole('button', { name: 'Open sample' })).toBeVisible();
  await resize(app, page, 1900, 1200, 1);
  const doors = await boxes(page.locator('.door'));
  expect(Math.max(...doors.map(({ right }) => right)) - Math.min(...doors.map(({ left }) => left))).toBeGreaterThan(0.6 * 1900);
  const middle = (Math.max(...doors.map(({ bottom }) => bottom)) + Math.min(...doors.map(({ top }) => top))) / 2;
  expect(Math.abs(middle - 600), 'from the middle of the height').toBeLessThan(150);
  await app.close();

  const opened = await launch([project.folder]);
  await canvasReady(opened.page);
  await resize(opened.app, opened.page, 1900, 1200, 1);
  await go(opened.page, 'Train');
  const charts = opened.page.locator('figure');
  await expect(charts).toHaveCount(4);
  const plots = () => boxes(opened.page.locator('figure .plot svg'));
  const heights = async () => (await plots()).map(({ top, bottom }) => bottom - top);
  await expect.poll(async () => Math.min(...(await heights()))).toBeGreaterThan(350);
  expect(Math.max(...(await boxes(charts)).map(({ bottom }) => bottom)), 'down to the status bar').toBeGreaterThan(1120);
  await resize(opened.app, opened.page, 1280, 720, 1);
  await expect.poll(async () => Math.max(...(await heights())), 'and shrink again').toBeLessThan(250);
  await resize(opened.app, opened.page, 1900, 1200, 1);
  await go(opened.page, 'Export');
  const [form] = await boxes(opened.page.getByRole('form', { name: 'Export' }));
  expect(form!.right - form!.left).toBeGreaterThan(0.6 * 1900);
});

test('on a screen of 1280 × 720 all that can be decided in Review is seen at once', async ({ launch }) => {
  const { app, page } = await launch([project.folder]);
  await canvasReady(page);
  await resize(app, page, 1280, 720, 1);
  await go(page, 'Review');
  await expect(page.getByRole('button', { name: 'Accept image' })).toBeEnabled();
  const [end] = await boxes(page.getByRole('button', { name: 'Mark reviewed' }));
  for (const { bottom } of await boxes(page.getByRole('button', { name: /^(Accept|Reject)/ }))) expect(bottom).toBeLessThan(end!.top);
});

test('the words of the histogram never meet, wherever the threshold is', async ({ launch }) => {
  const { page } = await launch([project.folder]);
  await canvasReady(page);
  await go(page, 'Review');
  const slider = page.getByRole('slider', { name: 'Threshold' });
  const histogram = page.getByRole('img', { name: /^Histogram/ });
  for (const gamma of ['0', '0.08', '0.5', '0.93', '1']) {
    await slider.fill(gamma);
    const [outside] = await boxes(histogram);
    const words = await boxes(histogram.locator('text'));
    words.forEach((one, i) => {
      expect(one.left >= outside!.left - 1 && one.right <= outside!.right + 1, `inside at ${gamma}`).toBe(true);
      for (const other of words.slice(i + 1)) {
        const apart = one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
        expect(apart, `apart at ${gamma}`).toBe(true);
      }
    });
  }
});

test('nothing is highlighted in Review before something was decided, and methods have names', async ({ launch }) => {
  const { page } = await launch([project.folder]);
  await canvasReady(page);
  await go(page, 'Review');
  const reviewed = page.getByRole('button', { name: 'Mark reviewed' });
  await expect(page.getByRole('button', { name: 'Accept image' })).toBeEnabled();
  await expect(reviewed).not.toHaveClass(/primary/);
  for (const view of VIEWS) {
    await go(page, view);
    await expect(page.getByText(/\b(pgcl|sup|conf)\b/)).toHaveCount(0);
    if (view === 'Train') await expect(page.getByText(/^labels only · /)).toBeVisible();
  }
});

test('the outline of a dark red class shows on dark and on bright pixels', async ({ launch, folder }) => {
  const images = join(folder, 'images');
  mkdirSync(images);
  const data = Uint8Array.from({ length: 200 * 100 * 3 }, (_, i) => (Math.floor(i / 3) % 200 < 100 ? 16 : 245));
  await sharp(data, { raw: { width: 200, height: 100, channels: 3 } })
    .png()
    .toFile(join(images, 'half.png'));
  const { page } = await launch([images]);
  await canvasReady(page);
  await page.keyboard.press('2');
  await page.keyboard.press('r');
  await drag(page, [corner(40, 30), corner(160, 70)]);
  await saved(page);
  await page.mouse.move(2, 2);
  const linear = (value: number): number => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]: number[]): number => 0.2126 * linear(r!) + 0.7152 * linear(g!) + 0.0722 * linear(b!);
  const scale = Number(await canvasOf(page).getAttribute('data-scale'));
  const contrast = (one: number[], other: number[]): number => {
    const [a, b] = [luminance(one), luminance(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  for (const [x, least] of [
    [60, 4.5],
    [140, 3],
  ] as const) {
    const around = await screenAt(page, await onScreen(page, p(x, 20)));
    // The line is the first device pixel inside the rectangle, its halo the last one outside.
    const middle = await onScreen(page, p(x, 30));
    const y = Math.ceil(middle.y - scale / 2);
    const line = await screenAt(page, { x: middle.x, y });
    const halo = await screenAt(page, { x: middle.x, y: y - 1 });
    const seen = Math.max(contrast(line, around), contrast(halo, around));
    expect(seen, `at ${x}: ${line.join()}, ${halo.join()} on ${around.join()}`).toBeGreaterThan(least);
    expect(contrast(line, halo), 'the line is set off by its halo').toBeGreaterThan(3);
  }
});
