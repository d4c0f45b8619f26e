import { expect, test } from './support/app';
import { canvasReady } from './support/canvas';

test('keys are listed, given to other commands unless another holds them, and kept', async ({ launch }) => {
  const { page, app } = await launch(['--sample']);
  await canvasReady(page);
  const tool = (name: string) => page.getByRole('button', { name, exact: true });
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'List of keys' });
  await keys.getByRole('button', { name: 'Brush: B', exact: true }).click();
  await page.keyboard.press('e');
  await expect(keys.getByRole('status')).toHaveText('E already means “Eraser”; change that one first.');
  await keys.getByRole('button', { name: 'Brush: B', exact: true }).click();
  await page.keyboard.press(';');
  await expect(keys.getByRole('button', { name: 'Brush: ;', exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('e');
  await expect(tool('Eraser')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('b');
  await expect(tool('Eraser')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press(';');
  await expect(tool('Brush')).toHaveAttribute('aria-pressed', 'true');
  await app.close();

  const { page: again } = await launch(['--sample']);
  await canvasReady(again);
  await again.keyboard.press('Control+k');
  const palette = again.getByRole('dialog', { name: 'Command palette' });
  await palette.getByRole('combobox', { name: 'Command' }).fill('magic');
  await expect(palette.getByRole('option')).toHaveCount(1);
  await again.keyboard.press('Enter');
  await expect(again.getByRole('button', { name: 'Wand', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await again.keyboard.press(';');
  await expect(again.getByRole('button', { name: 'Brush', exact: true })).toHaveAttribute('aria-pressed', 'true');
});
