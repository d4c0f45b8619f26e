import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { expect, test } from './support/app';
import { canvasReady, saved, stroke } from './support/canvas';
import { p, pixelsOf } from './support/labels';
import { seen } from './support/pixels';

/** Writes until there is no space left. */
function fill(file: string): void {
  try {
    for (;;) appendFileSync(file, Buffer.alloc(4096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

const failure = (page: Page) => page.getByRole('alert').filter({ hasText: 'The disk is full' });

test('a full disk: strokes stay on screen and are said not to be saved, and are saved once there is space', async ({ launch, folder }) => {
  const project = join(folder, 'project');
  mkdirSync(project);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', project]).status === 0;
  test.skip(!mounted, 'a small file system of its own needs root on Linux');
  try {
    const grey = sharp({ create: { width: 240, height: 180, channels: 3, background: '#777777' } });
    await grey.png().toFile(join(project, 'a.png'));
    const first = await launch([project]);
    await canvasReady(first.page);
    await stroke(first.page, 1, 40);
    await saved(first.page);
    const background = await pixelsOf(first.page, 'background');
    const unlabelled = await seen(first.page, p(120, 90));

    const filler = join(project, 'filler');
    fill(filler);
    await stroke(first.page, 2, 90);
    await expect(failure(first.page)).toContainText('1 change is kept here and tried again.');
    await stroke(first.page, 2, 130);
    await expect(failure(first.page)).toContainText('2 changes are kept here and tried again.');
    await expect(first.page.getByText('1 labelled · 0 unlabelled · not saved')).toBeVisible();
    const object = await pixelsOf(first.page, 'object');
    expect(object).toBeGreaterThan(2 * 200);
    for (const y of [90, 130]) expect(await seen(first.page, p(120, y))).not.toEqual(unlabelled);

    rmSync(filler);
    await saved(first.page);
    await expect(failure(first.page)).toBeHidden();
    await expect(first.page.getByText('1 labelled · 0 unlabelled · saved')).toBeVisible();
    await first.app.close();

    const { page } = await launch([project]);
    await canvasReady(page);
    expect([await pixelsOf(page, 'background'), await pixelsOf(page, 'object')]).toEqual([background, object]);
    for (const y of [90, 130]) expect(await seen(page, p(120, y))).not.toEqual(unlabelled);
    await page.keyboard.press('Control+z');
    await saved(page);
    expect(await pixelsOf(page, 'object')).toBeLessThan(object);
  } finally {
    execFileSync('umount', ['-l', project]);
  }
});
