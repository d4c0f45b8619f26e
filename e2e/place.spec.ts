import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import sharp from 'sharp';
import { expect, inTerminal, test } from './support/app';
import { canvasReady, saved, stroke } from './support/canvas';
import { p, pixelsOf } from './support/labels';
import { seen } from './support/pixels';

async function projectIn(folder: string): Promise<string> {
  const project = join(folder, 'project');
  mkdirSync(project);
  await sharp({ create: { width: 240, height: 180, channels: 3, background: '#777777' } })
    .png()
    .toFile(join(project, 'a.png'));
  return project;
}

/** The next folder that the user is asked for. */
async function chooses(app: ElectronApplication, folder: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, folder);
}

const lost = (page: Page) => page.getByRole('dialog', { name: 'The project is not there' });

test('the folder renamed while open: strokes stay on screen, the header says so, and they are saved where it is now', async ({
  launch,
  folder,
}) => {
  const project = await projectIn(folder);
  const { app, page } = await launch([project]);
  await canvasReady(page);
  await stroke(page, 1, 40);
  await saved(page);
  const unlabelled = await seen(page, p(120, 90));
  const moved = join(folder, 'moved');
  renameSync(project, moved);
  await stroke(page, 2, 90);
  await expect(lost(page)).toContainText('1 change is not saved');
  await expect(page.getByText('not saved: the project is not there')).toBeVisible();
  const object = await pixelsOf(page, 'object');
  expect(object).toBeGreaterThan(200);

  await chooses(app, folder);
  await page.getByRole('button', { name: 'Choose folder…' }).click();
  await expect(lost(page)).toContainText('is not an Espalier project yet');
  await chooses(app, moved);
  await page.getByRole('button', { name: 'Choose folder…' }).click();
  await expect(lost(page)).toBeHidden();
  await expect(page.getByText('1 labelled · 0 unlabelled · saved')).toBeVisible();
  expect(await pixelsOf(page, 'object')).toBe(object);
  expect(await seen(page, p(120, 90))).not.toEqual(unlabelled);
  await app.close();

  const second = await launch([moved]);
  await canvasReady(second.page);
  expect(await pixelsOf(second.page, 'object')).toBe(object);
});

test('a project whose database was emptied: the backups are shown, and one of them brings the labels back', async ({ launch, folder }) => {
  const project = await projectIn(folder);
  const first = await launch([project]);
  await canvasReady(first.page);
  await stroke(first.page, 1, 40);
  await saved(first.page);
  const background = await pixelsOf(first.page, 'background');
  await first.app.close();
  const home = join(project, '.espalier');
  // As on the next day: the backup made then holds the stroke.
  const backup = readdirSync(join(home, 'backups'))[0]!;
  renameSync(join(home, 'backups', backup), join(home, 'backups', 'project-2020-01-01T10-00-00-000Z.db'));
  const second = await launch([project]);
  await canvasReady(second.page);
  await second.app.close();
  expect(readdirSync(home).filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
  truncateSync(join(home, 'project.db'));

  const { page } = await launch([project]);
  const dialog = page.getByRole('dialog', { name: 'Restore a backup' });
  await expect(dialog.getByRole('radio')).toHaveCount(2);
  await dialog.getByText('1 of 1 images labelled').click();
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
  await canvasReady(page);
  expect(await pixelsOf(page, 'background')).toBe(background);
});

test('labels that are damaged are said to be, the check of the project shows how, and a repair keeps the rest', async ({
  launch,
  folder,
}) => {
  const project = await projectIn(folder);
  const first = await launch([project]);
  await canvasReady(first.page);
  await stroke(first.page, 1, 40);
  await saved(first.page);
  const background = await pixelsOf(first.page, 'background');
  await stroke(first.page, 2, 90);
  await saved(first.page);
  await first.app.close();
  const script = `
    const db = new (require('better-sqlite3'))(process.argv[1]);
    db.prepare("UPDATE label_edit SET diff = x'ff00ff' WHERE seq = 2").run();
    db.close();`;
  execFileSync(process.execPath, ['-e', script, join(project, '.espalier', 'project.db')]);

  const { app, page } = await launch([project]);
  await expect(page.getByText(/The labels of a\.png cannot be read whole/).first()).toBeVisible();
  await page.getByRole('button', { name: 'Project project' }).click();
  await page.getByRole('menuitem', { name: 'Check the project…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Check of the project' });
  await expect(dialog).toContainText('can be repaired: Of the labels of a.png, 1 of 2 edits');
  await dialog.getByRole('button', { name: 'Repair' }).click();
  await expect(dialog).toContainText('repaired: Of the labels of a.png');
  await expect(dialog).toContainText('project-before-repair-');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await canvasReady(page);
  expect(await pixelsOf(page, 'background')).toBe(background);
  expect(await pixelsOf(page, 'object')).toBe(0);
  await stroke(page, 2, 120);
  await saved(page);
  await app.close();
  expect(inTerminal(join(folder, 'data'), ['fsck', project])).toContain('No faults were found.');
});

test('versions of labels are listed with who made them, and one is restored in window and terminal', async ({ launch, folder }) => {
  const project = await projectIn(folder);
  const { app, page } = await launch([project]);
  await canvasReady(page);
  await stroke(page, 1, 40);
  await stroke(page, 2, 90);
  await saved(page);
  const both = [await pixelsOf(page, 'background'), await pixelsOf(page, 'object')];
  await page.getByRole('button', { name: 'Versions of the labels…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Versions of the labels' });
  await expect(dialog.getByRole('listitem')).toHaveText([/painted: 2 steps\s*now/, /nothing was labelled\s*Restore/]);
  await dialog.getByRole('button', { name: 'Restore' }).click();
  await expect.poll(() => pixelsOf(page, 'object')).toBe(0);
  await saved(page);
  await page.keyboard.press('Control+z');
  await expect.poll(() => pixelsOf(page, 'object')).toBe(both[1]);
  await saved(page);
  await app.close();
  const data = join(folder, 'data');
  expect(inTerminal(data, ['history', project, 'a.png'])).toMatch(/2 +\S+ \S+ +painted: 2 steps +now\n *0 +nothing was labelled/);
  expect(inTerminal(data, ['history', project, 'a.png', '--restore', '0'])).toContain('0 pixels');
  expect(inTerminal(data, ['history', project, 'a.png', '--restore', '2'])).toContain(`${both[0]! + both[1]!} pixels`);
});
