import { expect, test } from './support/app';
import { labelTwo } from './support/training';

/** A head in a few steps, and after it a round of three times a few. */
const SHORT: readonly (readonly [RegExp, number])[] = [
  [/^Epochs/, 2],
  [/^Warm-up/, 1],
  [/^Steps in each epoch/, 12],
  [/^Pixels/, 64],
  [/^Crop/, 96],
  [/^Batch/, 1],
  [/^Whole network/, 0.001],
];

test('Overnight trains the whole network from its head on, is paused in the middle of that, goes on there, and says what it was worth', async ({
  launch,
}) => {
  test.setTimeout(600_000);
  const { page } = await launch(['--sample']);
  await labelTwo(page);

  await page.getByRole('tab', { name: 'Train' }).click();
  await page.getByRole('radio', { name: /^Overnight:/ }).check();
  await page.getByText('Advanced').click();
  for (const [field, value] of SHORT) {
    await page.getByRole('spinbutton', { name: field }).fill(String(value));
    await page.keyboard.press('Tab');
  }
  await page.getByText('Advanced').click();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const underWay = page.getByRole('region', { name: 'Run under way' });
  await expect(underWay).toContainText('training the whole network', { timeout: 300_000 });
  await page.screenshot({ path: test.info().outputPath('tuning.png') });
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('dialog', { name: 'Stop the run' }).getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('heading', { name: 'Run 1: paused', exact: true })).toBeVisible({ timeout: 120_000 });

  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(page.getByText('Run 1: finished').first()).toBeVisible({ timeout: 300_000 });
  const given = page.getByRole('region', { name: 'What this run gives' });
  await expect(given.getByRole('row', { name: /^On whole images [\d.]+ %$/ })).toBeVisible();
  await expect(given.getByRole('row', { name: /^Trained as a whole(, this one is given)? [\d.]+ %$/ })).toBeVisible();
  await expect(given).toContainText(
    /Training the whole network adds (nothing to it|[\d.]+ points of mIoU(, too little for this run to rely on it| in 12 steps))\./,
  );
  const main = page.getByRole('region', { name: 'Chosen run' });
  await expect(main.getByRole('figure', { name: /held-out|Overlap/i })).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('tuned.png') });
});
