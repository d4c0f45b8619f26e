import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from './support/app';
import { canvasOf } from './support/canvas';

const ready = { name: 'data-ready', value: 'true' } as const;

/** A folder with one image. */
async function folderWithImage(folder: string): Promise<string> {
  const images = join(folder, 'images');
  mkdirSync(images);
  writeFileSync(
    join(images, 'a.png'),
    await sharp({ create: { width: 60, height: 40, channels: 3, background: '#557799' } })
      .png()
      .toBuffer(),
  );
  return images;
}

test('a page cannot leave its window, nor reach what is of another one, nor have a file opened', async ({ launch, folder }) => {
  const { app, page } = await launch([await folderWithImage(folder)]);
  await expect(canvasOf(page)).toHaveAttribute(ready.name, ready.value);
  const own = page.url();
  expect(await page.evaluate(() => fetch('image/1').then(({ status }) => status))).toBe(200);
  // Its policy names the window: an address of another one is not even asked for.
  const other = own.replace(/\/\w+\/index\.html$/, '/w2/image/1');
  expect(
    await page.evaluate(
      (url) =>
        fetch(url).then(
          ({ status }) => String(status),
          (error: Error) => error.name,
        ),
      other,
    ),
  ).toBe('TypeError');
  // Asked of the window itself: a refused navigation would keep the test's own page waiting.
  const shown = () =>
    app.evaluate(({ BrowserWindow }) =>
      Promise.all(
        BrowserWindow.getAllWindows().map(async ({ webContents }) => [
          webContents.getURL(),
          await webContents.executeJavaScript("document.querySelector('[role=application]')?.dataset.ready ?? null"),
        ]),
      ),
    );
  for (const target of [other.replace('image/1', 'index.html'), 'https://example.org/', 'about:blank']) {
    await app.evaluate(
      ({ BrowserWindow }, url) =>
        BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(`void (window.location.href = ${JSON.stringify(url)})`),
      target,
    );
    await new Promise((later) => setTimeout(later, 500));
    await expect(async () => expect(await shown()).toEqual([[own, 'true']])).toPass({ timeout: 30_000 });
  }
});

test('what a page says that is malformed is answered, and no window is frozen by it', async ({ launch, folder }) => {
  const { page } = await launch([await folderWithImage(folder)]);
  await expect(canvasOf(page)).toHaveAttribute(ready.name, ready.value);
  await page.addInitScript(() => {
    window.addEventListener('message', (event) => {
      if (event.data === 'espalier-port') Object.assign(window, { stolen: event.ports[0] });
    });
  });
  await page.reload();
  await expect(canvasOf(page)).toHaveAttribute(ready.name, ready.value);
  const answers = await page.evaluate(async () => {
    const { stolen } = window as unknown as { stolen: MessagePort };
    const heard: unknown[] = [];
    const done = new Promise<void>((resolve) => {
      stolen.addEventListener('message', ({ data }: MessageEvent<{ id: number; error?: { code: string; params: unknown } }>) => {
        if (data.id > 9000) heard.push([data.id, data.error?.code ?? null]);
        if (data.id === 9009) resolve();
      });
    });
    stolen.postMessage('garbage');
    stolen.postMessage(null);
    stolen.postMessage({ type: 'call', id: 9001, method: 7, params: null });
    stolen.postMessage({ type: 'steal', id: 9002 });
    stolen.postMessage({ type: 'call', id: 9003, method: 'runs.finish', params: null });
    stolen.postMessage({ type: 'call', id: 9004, method: 'app.showFolder', params: { folder: '/bin/sh' } });
    await new Promise((later) => setTimeout(later, 500));
    stolen.postMessage({ type: 'call', id: 9009, method: 'project.summary', params: null });
    await done;
    return heard;
  });
  expect(answers).toEqual([
    [9001, 'INVALID_MESSAGE'],
    [9002, 'INVALID_MESSAGE'],
    [9003, 'METHOD_REFUSED'],
    [9004, 'FOLDER_NOT_SHOWN'],
    [9009, null],
  ]);
});
