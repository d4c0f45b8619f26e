import AxeBuilder from '@axe-core/playwright';
import type { ElectronApplication, Page } from '@playwright/test';
import sharp from 'sharp';
import type { TestLibrary } from '../src/main/library/testing/library';
import { expect, test } from './support/app';
import { canvasReady } from './support/canvas';
import { projectWithRun } from './support/finished-run';

const [WIDTH, HEIGHT] = [160, 120];
const VIEWS = ['Label', 'Train', 'Review', 'Export'] as const;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

let project: TestLibrary;
test.beforeAll(async () => {
  const picture = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#707070' } })
    .png()
    .toBuffer();
  const names = Array.from({ length: 30 }, (_, i) => `image${i}.png`);
  project = await projectWithRun(Object.fromEntries(names.map((name) => [name, picture])), WIDTH, HEIGHT, (x) => (x > 80 ? 1 : 0));
});
test.afterAll(() => project.remove());

/** Each fault as "rule: element (why)", so that a failure names its place. */
async function faults(page: Page): Promise<string[]> {
  // Legacy mode opens no page of its own, which Electron would refuse.
  const { violations, passes } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode(true).analyze();
  const contrast = passes.find(({ id }) => id === 'color-contrast');
  if ((contrast?.nodes.length ?? 0) < 5) return ['the contrast of hardly any text was looked at'];
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} (${failureSummary?.replace(/\s+/g, ' ')})`),
  );
}

async function inBothThemes(page: Page, place: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
    await page.waitForTimeout(200); // Colours change over 120 ms.
    expect.soft(await faults(page), `${place}, ${theme}`).toEqual([]);
  }
}

async function go(page: Page, view: (typeof VIEWS)[number]): Promise<void> {
  await page.getByRole('tab', { name: view }).click();
  if (view === 'Label' || view === 'Review') await canvasReady(page);
}

test('every view names its controls and keeps its contrast, in both themes', async ({ launch }) => {
  const { page } = await launch();
  await expect(page.getByRole('button', { name: 'Open sample' })).toBeVisible();
  await inBothThemes(page, 'start');
  await page.close();

  const opened = await launch([project.folder]);
  for (const view of VIEWS) {
    await go(opened.page, view);
    await inBothThemes(opened.page, view);
  }
});

test('so do the gallery, the dialogs and what unfolds', async ({ launch }) => {
  const { page } = await launch([project.folder]);
  await canvasReady(page);
  await page.getByText('Picture', { exact: true }).click();
  await page.keyboard.press('\\');
  await page.keyboard.press('/');
  await inBothThemes(page, 'label, unfolded');
  await page.keyboard.press('Escape');
  await page.keyboard.press('\\');

  await page.keyboard.press('Shift+G');
  const gallery = page.getByRole('region', { name: 'Gallery' });
  await gallery.getByRole('option', { name: 'image3.png' }).click();
  await gallery.getByRole('option', { name: 'image5.png' }).click({ modifiers: ['Shift'] });
  await inBothThemes(page, 'gallery');
  await page.keyboard.press('Shift+G');

  await page.getByRole('button', { name: 'List of classes' }).click();
  await inBothThemes(page, 'list of classes');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Merge or remove background' }).click();
  await inBothThemes(page, 'remove a class');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await inBothThemes(page, 'palette');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await inBothThemes(page, 'keys');
});

async function resize(app: ElectronApplication, width: number, height: number, zoom: number): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, [w, h, factor]) => {
      const [window] = BrowserWindow.getAllWindows();
      window!.setContentSize(w, h);
      window!.webContents.setZoomFactor(factor);
    },
    [width, height, zoom] as const,
  );
}

/** Controls that cannot be brought into view, or are covered there; and whether the page is wider than the window. */
function outOfReach(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    const bad = root.scrollWidth > root.clientWidth || document.body.scrollWidth > root.clientWidth ? ['the page overflows'] : [];
    const controls = 'button, input, select, textarea, summary, [role=tab], [role=listbox], [role=application]';
    for (const control of document.querySelectorAll<HTMLElement>(controls)) {
      if (!control.checkVisibility() || control.matches(':disabled')) continue;
      control.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const box = control.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const at = document.elementFromPoint(x, y);
      const label = control.closest('label');
      const hit = at !== null && (control.contains(at) || at.contains(control) || (label?.contains(at) ?? false));
      const inside = box.left >= -1 && box.right <= root.clientWidth + 1;
      if (!hit || !inside) bad.push(`${control.tagName} ${control.getAttribute('aria-label') ?? control.textContent?.trim() ?? ''}`);
    }
    return bad;
  });
}

for (const [title, width, height, zoom] of [
  ['on a screen of 1280 × 720', 1280, 720, 1],
  ['at 200 % zoom', 1440, 900, 2],
] as const) {
  test(`nothing is cut off ${title}`, async ({ launch }) => {
    const { app, page } = await launch([project.folder]);
    await canvasReady(page);
    await resize(app, width, height, zoom);
    await expect.poll(() => page.evaluate(() => innerWidth)).toBe(width / zoom);
    for (const view of VIEWS) {
      await go(page, view);
      expect.soft(await outOfReach(page), view).toEqual([]);
    }
  });
}

test('on a screen of 1280 × 720 every tool is seen at once, and so are its options', async ({ launch }) => {
  const { app, page } = await launch([project.folder]);
  await canvasReady(page);
  await resize(app, 1280, 720, 1);
  await expect.poll(() => page.evaluate(() => innerHeight)).toBe(720);
  const hidden = (element: HTMLElement): [number, number] => [
    element.scrollWidth - element.clientWidth,
    element.scrollHeight - element.clientHeight,
  ];
  const tools = page.getByRole('toolbar', { name: 'Tools' });
  expect(await tools.evaluate(hidden)).toEqual([0, 0]);
  const options = page.getByRole('group', { name: 'Tool options' });
  for (const tool of await tools.locator('button[aria-pressed]:enabled').all()) {
    await tool.click();
    expect.soft(await options.evaluate(hidden), (await tool.getAttribute('aria-label')) ?? '').toEqual([0, 0]);
  }
  await page.keyboard.press('g');
  await page.getByRole('combobox', { name: 'Through' }).selectOption({ label: 'Similar colour' });
  expect(await options.evaluate(hidden)).toEqual([0, 0]);
});

test('the keyboard reaches everything in the label view, and shows where it is', async ({ launch }) => {
  const { page } = await launch([project.folder]);
  await canvasReady(page);
  const reached = new Set<string>();
  const unseen: string[] = [];
  for (let press = 0; press < 90; press++) {
    await page.keyboard.press('Tab');
    const { name, ring } = await page.evaluate(() => {
      const focused = document.activeElement as HTMLElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(focused);
      const label = focused.closest('label')?.textContent?.trim();
      return {
        name: focused.getAttribute('aria-label') ?? (label || focused.textContent?.trim()) ?? '',
        ring: focused === document.body || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1),
      };
    });
    reached.add(name);
    if (!ring) unseen.push(name);
  }
  expect(unseen).toEqual([]);
  for (const name of [
    'Brush',
    'Image canvas',
    'background',
    'Lock background',
    'Add class',
    'Opacity',
    'Show labels',
    'Images',
    'Search images',
    'Label',
  ]) {
    expect([...reached]).toContain(name);
  }
});
