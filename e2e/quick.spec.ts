import { expect, test } from './support/app';
import { canvasReady } from './support/canvas';
import { label } from './support/training';

test('Quick learns two images’ labels, says what held-out labels make of it, and predicts every image', async ({ launch }) => {
  const { page } = await launch(['--sample']);
  await label(page);
  await page.keyboard.press('d');
  await expect(page.getByRole('listbox', { name: 'Images' }).getByRole('option', { selected: true })).toHaveAttribute(
    'aria-label',
    /cells_0002/,
  );
  await label(page);

  await page.getByRole('tab', { name: 'Train' }).click();
  await expect(page.getByRole('radio', { name: /^Quick:/ })).toBeChecked();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page.getByText('Run 1: finished').first()).toBeVisible({ timeout: 240_000 });
  await expect(page.getByText(/^Estimated mIoU [\d.]+ % on 2 labelled images, each held out once\./)).toBeVisible();
  await expect(page.getByText('60 images predicted')).toBeVisible({ timeout: 120_000 });

  await page.getByRole('tab', { name: 'Review' }).click();
  await canvasReady(page);
  await expect(page.getByRole('region', { name: 'Decisions' })).toBeVisible();
});
