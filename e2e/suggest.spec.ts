import { expect, test } from './support/app';
import { canvasReady } from './support/canvas';

test('Images to label first are suggested, listed by their filter, and cancelled without a trace', async ({ launch }) => {
  const { page } = await launch(['--sample']);
  await canvasReady(page);
  const strip = page.getByRole('region', { name: 'Film strip' });
  await strip.getByRole('combobox', { name: 'Filter images' }).selectOption('Suggested');
  await expect(strip.getByText('No images are suggested yet.')).toBeVisible();

  const suggest = strip.getByRole('button', { name: 'Suggest images to label first' });
  await suggest.click();
  await strip.getByRole('button', { name: 'Cancel' }).click();
  await expect(suggest).toBeVisible({ timeout: 60_000 });

  await suggest.click();
  const again = strip.getByRole('button', { name: 'Suggest others' });
  await expect(again).toBeVisible({ timeout: 240_000 });
  const images = page.getByRole('listbox', { name: 'Images' }).getByRole('option');
  await expect(images).toHaveCount(12);
  await expect(images.first()).toHaveAttribute('aria-selected', 'true');
  await page.screenshot({ path: test.info().outputPath('suggested.png') });

  // The project menu finds them too, from any list.
  await strip.getByRole('combobox', { name: 'Filter images' }).selectOption('All images');
  await expect(again).toBeHidden();
  await page.getByRole('button', { name: /^Project/ }).click();
  await page.getByRole('menuitem', { name: 'Suggest images to label first' }).click();
  await expect(again).toBeVisible({ timeout: 60_000 });
});
