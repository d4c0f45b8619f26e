import { expect, test } from './support/app';
import { canvasReady, drag, onScreen, saved } from './support/canvas';
import { p, pixelsOf } from './support/labels';
import { seen } from './support/pixels';

test('A preview shows what a model would make of this image and the next, from the first strokes of two classes on', async ({ launch }) => {
  const { page } = await launch(['--sample']);
  await canvasReady(page);
  const note = page.getByRole('status', { name: 'Preview' });
  const bare = await seen(page, p(200, 200));
  await page.keyboard.press('u');
  await expect(note).toContainText('needs labels of at least two classes');
  await expect(page.getByRole('checkbox', { name: 'Preview of a model' })).toBeChecked();

  await page.keyboard.press('1');
  await drag(page, [p(20, 20), p(60, 20)]);
  await page.keyboard.press('2');
  await drag(page, [p(120, 120), p(140, 130)]);
  await saved(page);
  const labelled = await pixelsOf(page, 'nucleus');
  await expect(note).toHaveText(/Preview, learnt from 1 image\s*$/, { timeout: 240_000 });
  // It is to be seen between the picture and the labels, and is none of them.
  expect(await seen(page, p(200, 200))).not.toEqual(bare);
  expect(await pixelsOf(page, 'nucleus')).toBe(labelled);

  // Three strokes faster than any preview: the last of them is learnt too.
  for (const y of [60, 80, 100]) await drag(page, [p(20, y), p(60, y)]);
  await expect(note).toHaveAttribute('data-busy', 'true');
  await saved(page);
  await expect(note).toHaveAttribute('data-busy', 'false', { timeout: 60_000 });

  await page.keyboard.press('d');
  await page.keyboard.press('d');
  await expect(page.getByRole('listbox', { name: 'Images' }).getByRole('option', { selected: true })).toHaveAttribute(
    'aria-label',
    /cells_0003/,
  );
  await expect(note).toHaveText(/Preview, learnt from 1 image\s*$/, { timeout: 60_000 });
  await drag(page, [p(100, 100), p(150, 100)]);
  await expect(note).toHaveText(/Preview, learnt from 2 images\s*$/, { timeout: 60_000 });

  // What is under a lasso becomes labels, as accepted ones; undone like any stroke.
  await page.keyboard.press('l');
  const before = (await pixelsOf(page, 'nucleus')) + (await pixelsOf(page, 'background'));
  await drag(page, [p(170, 170), p(230, 170), p(230, 230), p(170, 230)]);
  await saved(page);
  const after = (): Promise<number> => Promise.all(['nucleus', 'background'].map((name) => pixelsOf(page, name))).then(([a, b]) => a! + b!);
  expect((await after()) - before).toBeGreaterThan(3000);
  await page.keyboard.press('Control+z');
  await expect.poll(after).toBe(before);

  // A pixel's class and how sure it is of it; and what it is sure of becomes labels, counted first, in one step.
  const middle = await onScreen(page, p(128, 128));
  await page.mouse.move(middle.x, middle.y);
  await expect(page.getByRole('status', { name: 'Status' })).toContainText(/preview: \w+, confidence [01]\.\d\d/);
  const panel = page.getByRole('region', { name: 'Preview' });
  const take = panel.getByRole('button', { name: /^Take [\d,]+ px$/ });
  const offered = async (): Promise<number> => Number(/[\d,]+/.exec((await take.textContent())!)![0].replaceAll(',', ''));
  await expect(take).toBeEnabled({ timeout: 60_000 });
  const ofAll = await offered();
  const ofClasses: number[] = [];
  for (const label of ['background', 'debris', 'nucleus']) {
    await panel.getByRole('combobox', { name: 'Of' }).selectOption({ label });
    ofClasses.push(await offered());
  }
  expect(ofClasses.reduce((sum, each) => sum + each, 0)).toBe(ofAll);
  const nuclei = ofClasses.at(-1)!;
  expect(nuclei).toBeGreaterThan(0);
  const nucleiBefore = await pixelsOf(page, 'nucleus');
  await take.click();
  await expect.poll(() => pixelsOf(page, 'nucleus')).toBe(nucleiBefore + nuclei);
  await saved(page);
  await page.keyboard.press('Control+z');
  await expect.poll(() => pixelsOf(page, 'nucleus')).toBe(nucleiBefore);

  // Held, its key only peeks at what lies below.
  await page.keyboard.down('u');
  await expect(note).toBeHidden();
  await page.waitForTimeout(400);
  await page.keyboard.up('u');
  await expect(note).toBeVisible();
});
