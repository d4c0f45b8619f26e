import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from './support/app';
import { canvasReady, drag, saved } from './support/canvas';

/** A small real picture. */
function picture(format: 'png' | 'jpeg'): Promise<Buffer> {
  return sharp({ create: { width: 160, height: 120, channels: 3, background: '#557799' } })
    .toFormat(format)
    .toBuffer();
}

/** The signature and the header of a PNG, as large as its header claims. */
function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(33);
  header.write('\x89PNG\r\n\x1a\n', 0, 'latin1');
  header.writeUInt32BE(13, 8);
  header.write('IHDR', 12, 'latin1');
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  header.set([8, 2, 0, 0, 0], 24);
  return header;
}

test('an empty folder is told in one sentence, and another can be opened', async ({ launch, folder }) => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const { page } = await launch([empty]);
  await expect(page.getByRole('alert')).toContainText('No images were found in');
  await expect(page.getByRole('alert')).toContainText('FOLDER_EMPTY');
  await expect(page.getByRole('button', { name: 'Open folder' })).toBeEnabled();
});

test('images that cannot be read are listed with their reasons; the others can be labelled', async ({ launch, folder }) => {
  const images = join(folder, 'images');
  mkdirSync(images);
  writeFileSync(join(images, 'good.png'), await picture('png'));
  writeFileSync(join(images, 'truncated.jpg'), (await picture('jpeg')).subarray(0, -40));
  writeFileSync(join(images, 'text.jpg'), 'this is no picture');
  writeFileSync(join(images, 'bomb.png'), pngHeader(60000, 60000));
  const { page } = await launch([images]);
  await expect(page.getByRole('option', { name: 'good.png' })).toBeVisible();
  await page.getByRole('combobox', { name: 'Filter images' }).selectOption('problem');
  for (const name of ['bomb.png', 'text.jpg', 'truncated.jpg']) await expect(page.getByRole('option', { name })).toBeVisible();
  await page.getByRole('option', { name: 'bomb.png' }).click();
  await expect(page.getByRole('alert').first()).toContainText(/60,?000/);
  await page.getByRole('combobox', { name: 'Filter images' }).selectOption('all');
  await page.getByRole('option', { name: 'good.png' }).click();
  await canvasReady(page);
  await page.keyboard.press('b');
  await drag(page, [
    { x: 20, y: 20 },
    { x: 100, y: 90 },
  ]);
  await saved(page);
  await page.getByRole('tab', { name: 'Train' }).click();
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeDisabled();
  await expect(page.getByText(/nothing to learn|nothing for|one class|second class|only image/i).first()).toBeVisible();
});

test('training without labels is refused before it starts, with the way out', async ({ launch }) => {
  const { page } = await launch(['--sample']);
  await canvasReady(page);
  await page.getByRole('tab', { name: 'Train' }).click();
  await expect(page.getByText('No image has labels yet; label at least one image, then train.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeDisabled();
  await page.getByRole('button', { name: 'Label an image' }).click();
  await canvasReady(page);
});

test('a project opened twice: the second window is told, the first goes on', async ({ launch, folder }) => {
  const { app, page } = await launch(['--sample']);
  await canvasReady(page);
  const opened = app.waitForEvent('window');
  // A second start hands over to the first process, which opens the window.
  const args = [join(__dirname, '..'), '--sample', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  const second = spawn(app.process().spawnfile, args, { env: { ...process.env, ESPALIER_DATA: join(folder, 'data') }, stdio: 'ignore' });
  const other = await opened;
  await expect(other.getByRole('alert')).toContainText('already open in another window');
  await page.keyboard.press('b');
  await drag(page, [
    { x: 20, y: 20 },
    { x: 100, y: 90 },
  ]);
  await saved(page);
  await expect(page.getByText('1 labelled · 59 unlabelled · saved')).toBeVisible();
  await expect.poll(() => second.exitCode).toBe(0);
});

test('the window stays in its page and asks for nothing', async ({ launch }) => {
  const { app, page } = await launch();
  await expect(page.getByRole('button', { name: 'Open sample' })).toBeVisible();
  await page.evaluate(() => {
    window.open('https://example.invalid/');
    window.location.href = 'https://example.invalid/';
  });
  expect(app.windows()).toHaveLength(1);
  expect(page.url()).toMatch(/^espalier:\/\/app\/[0-9a-f]{32}\/index\.html$/);
  const inside = await page.evaluate(async () => ({
    node: typeof (globalThis as { require?: unknown }).require,
    electron: 'electron' in globalThis,
    outside: await fetch(window.location.href.replace('index.html', '../../../etc/passwd')).then(
      (response) => response.status,
      () => 'refused',
    ),
    permission: await navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state),
  }));
  expect(inside).toMatchObject({ node: 'undefined', electron: false, permission: 'denied' });
  expect([404, 'refused']).toContain(inside.outside);
});
