import sharp from 'sharp';
import type { TestLibrary } from '../src/main/library/testing/library';
import { expect, test } from './support/app';
import { canvasReady } from './support/canvas';
import { keepScreenshots } from './support/screenshots';
import { finishRun, projectWithRun } from './support/finished-run';

const [WIDTH, HEIGHT] = [160, 120];
const truth = (x: number) => (x > 80 ? 1 : 0);

async function project(): Promise<TestLibrary> {
  const picture = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#707070' } })
    .png()
    .toBuffer();
  const names = Array.from({ length: 6 }, (_, i) => `image${i + 1}.png`);
  const library = await projectWithRun(Object.fromEntries(names.map((name) => [name, picture])), WIDTH, HEIGHT, truth);
  await library.open();
  await finishRun(library, WIDTH, HEIGHT, truth);
  await library.call('project.close', null);
  return library;
}

test('what is reviewed of one run is not of another, wherever it is shown; marks of many are taken back as one', async ({ launch }) => {
  const library = await project();
  const { page } = await launch([library.folder]);
  await canvasReady(page);
  await page.getByRole('tab', { name: 'Review' }).click();
  const strip = page.getByRole('listbox', { name: 'Images' });
  const option = (n: number) => page.getByRole('option', { name: `image${n}.png` });
  const run = page.getByRole('combobox', { name: 'Predictions of' });
  const filter = page.getByRole('combobox', { name: 'Filter images' });
  await expect(run).toHaveValue('run-0002');

  // Of images of one score the one indexed first is shown, which may be any.
  await option(1).click();
  await expect(page.getByRole('option', { name: 'image1.png', selected: true })).toBeVisible();
  await page.getByRole('button', { name: 'Mark reviewed' }).click();
  await expect(option(1)).toHaveAccessibleDescription(/reviewed/);
  const reviewed = page.getByRole('status', { name: 'Reviewed' });
  await expect(reviewed).toHaveText('1 of 6 reviewed in this run');
  await run.selectOption('run-0001');
  await expect(reviewed).toHaveText('0 of 6 reviewed in this run');
  await expect(option(1)).not.toHaveAccessibleDescription(/reviewed/);
  await expect(page.getByRole('button', { name: 'Mark reviewed' })).toBeVisible();
  await expect(page.getByRole('status', { name: 'Why this image' })).toHaveText(
    /^\s*1 of 6, least sure first: the run is unsure of 0 % of it/,
  );
  await filter.selectOption({ label: 'Reviewed' });
  await expect(strip.getByRole('option')).toHaveCount(0);
  await expect(page.getByText(/No image is reviewed in this run: .*mark it reviewed \(Shift\+M\) in Review/)).toBeVisible();
  await keepScreenshots(page, 'empty-list');
  await filter.selectOption({ label: 'All images' });

  // Label shows what the run looked at says, too.
  await page.getByRole('tab', { name: 'Label' }).click();
  await expect(option(1)).not.toHaveAccessibleDescription(/reviewed/);
  await page.keyboard.press('Shift+G');
  const gallery = page.getByRole('region', { name: 'Gallery' });
  await gallery.getByRole('listbox').focus();
  await page.keyboard.press('Control+a');
  await gallery.getByRole('button', { name: 'Mark reviewed', exact: true }).click();
  await filter.selectOption({ label: 'Reviewed' });
  await expect(gallery.getByRole('option')).toHaveCount(6);
  await filter.selectOption({ label: 'All images' });
  await page.keyboard.press('Control+z');
  await expect(option(6)).not.toHaveAccessibleDescription(/reviewed/);
  await page.keyboard.press('Control+y');
  await expect(option(6)).toHaveAccessibleDescription(/reviewed/);
  await page.keyboard.press('Shift+G');
  await page.getByRole('tab', { name: 'Review' }).click();
  await expect(reviewed).toHaveText('6 of 6 reviewed in this run');

  await page.getByRole('tab', { name: 'Review' }).click();
  await run.selectOption('run-0002');
  await filter.selectOption({ label: 'Reviewed' });
  await expect(strip.getByRole('option')).toHaveCount(1);
  await expect(option(1)).toHaveAccessibleDescription(/reviewed/);
  await library.remove();
});
