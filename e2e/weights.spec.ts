import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication } from '@playwright/test';
import { BACKBONES } from '../src/shared/settings';
import { expect, test } from './support/app';
import { canvasReady } from './support/canvas';
import { keepScreenshots } from './support/screenshots';

/** The native dialog cannot be driven; the file it would return is given instead. */
async function chooseFile(app: ElectronApplication, file: string): Promise<void> {
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
  }, file);
}

test('weights that are missing are told beside the backbone; a wrong file and a dead network leave one sentence', async ({
  launch,
  folder,
}) => {
  const cache = join(folder, 'cache');
  mkdirSync(join(cache, 'weights'), { recursive: true });
  writeFileSync(join(cache, 'weights', 'efficientnet-lite0.safetensors'), 'only looked for here');
  writeFileSync(join(folder, 'picture.pth'), 'a picture');
  // As an earlier measurement on this computer has left it.
  const computer = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} threads`;
  const paces = BACKBONES.map((backbone, i) => ({ backbone, seconds: i + 0.5, published: backbone === 'resnet18' ? 70 : null }));
  writeFileSync(join(cache, 'backbones.json'), JSON.stringify({ computer, paces }));
  // Nobody listens on this port.
  const { app, page } = await launch(['--sample'], { ESPALIER_CACHE: cache, HF_ENDPOINT: 'http://127.0.0.1:9' });
  await canvasReady(page);
  await page.getByRole('tab', { name: 'Train' }).click();
  await page.getByText('Advanced').click();
  await expect(page.getByText('efficientnet-lite0 suits this computer: 0.50 s for an image of 448 × 448.')).toContainText(
    'resnet18 would take 3.5 s, published mIoU 70.0 %.',
  );
  await expect(page.getByRole('button', { name: 'Measure again' })).toBeEnabled();
  await page.getByLabel('Backbone', { exact: true }).selectOption('dinov2-small');
  await expect(page.getByText('The weights of dinov2-small are not installed.')).toBeVisible();
  await page.getByLabel('Backbone', { exact: true }).selectOption('resnet18');
  await expect(page.getByText('The weights of resnet18 are not installed.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeDisabled();

  await page.getByRole('button', { name: 'Weights…' }).last().click();
  const dialog = page.getByRole('dialog', { name: 'Weights' });
  const row = dialog.getByRole('listitem', { name: 'resnet18' });
  await expect(row).toContainText('47 MB · timm resnet18.tv_in1k · licence: BSD-3-Clause');
  await expect(dialog.getByRole('listitem', { name: 'dinov2-small' })).toContainText(
    '88 MB · facebookresearch dinov2_vits14 · licence: Apache-2.0',
  );
  await expect(dialog.getByRole('listitem', { name: 'efficientnet-lite0' }).getByRole('button')).toHaveCount(0);
  await chooseFile(app, join(folder, 'picture.pth'));
  await row.getByRole('button', { name: 'Import' }).click();
  await expect(dialog.getByRole('alert')).toContainText('picture.pth holds neither safetensors nor a PyTorch state dict');
  await expect(row).toContainText('not installed');
  await keepScreenshots(page, 'weights');

  await row.getByRole('button', { name: 'Download' }).click();
  await expect(dialog.getByRole('alert')).toContainText('cannot be had from 127.0.0.1:9');
  await expect(dialog.getByRole('alert')).toContainText('import a file instead');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Weights…' }).last()).toBeFocused();
});
