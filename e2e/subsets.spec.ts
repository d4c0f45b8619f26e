import { expect, test } from './support/app';
import { canvasReady } from './support/canvas';

test('Images are dealt out to train, val and test in the window, and forgotten again', async ({ launch }) => {
  const { page } = await launch(['--sample']);
  await canvasReady(page);
  const open = async (): Promise<void> => {
    await page.getByRole('button', { name: /^Project / }).click();
    await page.getByRole('menuitem', { name: 'Subsets: train, val and test…' }).click();
  };
  await open();
  const dialog = page.getByRole('dialog', { name: 'Subsets' });
  await expect(dialog.getByRole('table')).toHaveCount(0);
  await dialog.getByLabel('test', { exact: true }).fill('30');
  await dialog.getByRole('button', { name: 'Deal out' }).click();
  const images = dialog.getByRole('row', { name: /^Images/ });
  await expect(images).toHaveText(/Images\s*40\s*5\s*15/);

  await dialog.getByLabel('Stay together').selectOption('folder');
  await dialog.getByRole('button', { name: 'Deal out anew' }).click();
  await expect(page.getByText(/There is only 1 image or group that stays together for 3 subsets/)).toBeVisible();
  await expect(images).toHaveText(/Images\s*40\s*5\s*15/);

  await dialog.getByRole('button', { name: 'Close' }).click();
  await open();
  await expect(dialog.getByLabel('test', { exact: true })).toHaveValue('30');
  await dialog.getByRole('button', { name: 'Forget the subsets' }).click();
  await expect(dialog.getByRole('table')).toHaveCount(0);
});
