import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseFolder, expect, test } from './support/app';
import { canvasReady, onScreen } from './support/canvas';
import { labelTwo } from './support/training';

test('Quick learns two images’ labels, says what held-out labels make of it, and predicts every image', async ({ launch }) => {
  const { app, page } = await launch(['--sample']);
  await labelTwo(page);

  await page.getByRole('tab', { name: 'Train' }).click();
  await expect(page.getByRole('radio', { name: /^Quick:/ })).toBeChecked();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page.getByText('Run 1: finished').first()).toBeVisible({ timeout: 240_000 });
  const given = page.getByRole('region', { name: 'What this run gives' });
  await expect(given.getByRole('heading', { name: 'This run gives the network that learnt from the labels alone' })).toBeVisible();
  await expect(given.getByText(/^Estimated on 2 labelled images, each held out of a training once\./)).toBeVisible();
  await expect(given.getByRole('row', { name: /^Labels alone, this one is given [\d.]+ %$/ })).toBeVisible();
  await expect(given.getByRole('row')).toHaveCount(2);
  await expect(page.getByText('60 images predicted')).toBeVisible({ timeout: 120_000 });

  // Of what a run of labels alone does not have, nothing is shown: neither pseudo-labels nor pruning.
  const main = page.getByRole('region', { name: 'Chosen run' });
  await expect(main.getByRole('figure')).toHaveCount(1);
  await expect(main.getByRole('figure', { name: 'Losses' })).not.toContainText(/consistency|contrastive/);

  await page.getByRole('tab', { name: 'Review' }).click();
  await canvasReady(page);
  await expect(page.getByRole('region', { name: 'Decisions' })).toBeVisible();
  const network = page.getByText(/^By the network that learnt from the labels alone: mIoU [\d.]+ %, estimated\.$/);
  await expect(network).toBeVisible();
  await expect(page.getByRole('region', { name: 'States' }).getByRole('listitem')).toHaveText([/^\s*sure/, /^\s*unsure/]);
  await expect(page.getByRole('combobox', { name: 'Sort images' })).toHaveValue('lowConfidence');
  await expect(page.getByRole('option', { name: 'Most shaken first' })).toHaveCount(0);
  await expect(page.getByRole('listbox', { name: 'Images' }).getByRole('option').first()).toHaveAccessibleDescription(
    /the run is unsure of .+ % of it/,
  );
  await expect(page.getByRole('group', { name: 'Tool options' })).toContainText('A click chooses a region');
  const middle = await onScreen(page, { x: 128, y: 128 });
  // What is said of a pixel is said when the pointer comes to it: once the prediction is there.
  await expect(async () => {
    await page.mouse.move(middle.x + 1, middle.y);
    await page.mouse.move(middle.x, middle.y);
    await expect(page.getByRole('status', { name: 'Status' })).toContainText(/confidence [01]\.\d+/, { timeout: 2000 });
  }).toPass({ timeout: 60_000 });
  await expect(page.locator('body')).not.toContainText(/pruning|shaken|likeness/i);

  await page.getByRole('tab', { name: 'Export' }).click();
  await page.getByRole('radio', { name: /^With what the model is sure of/ }).check();
  await expect(page.getByRole('slider', { name: 'Threshold' })).toBeVisible();
  await expect(network).toBeVisible();
  await expect(page.locator('body')).not.toContainText(/pruning|shaken|likeness/i);

  const model = join(await mkdtemp(join(tmpdir(), 'espalier-e2e-')), 'model');
  await chooseFolder(app, page, model, 'Export model');
  await expect(page.getByText(/^model\.onnx \([\d.]+ MB\) written to /)).toBeVisible({ timeout: 60_000 });
  const described: unknown = JSON.parse(await readFile(join(model, 'espalier.json'), 'utf8'));
  expect(described).toMatchObject({ decoder: 'pixel', output: 'classes', files: ['model.onnx'] });
});
