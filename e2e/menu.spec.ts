import sharp from 'sharp';
import { expect, test } from './support/app';
import { canvasReady } from './support/canvas';
import { projectWithRun } from './support/finished-run';

const grey = (): Promise<Buffer> =>
  sharp({ create: { width: 160, height: 120, channels: 3, background: '#707070' } })
    .png()
    .toBuffer();

test('the menu under the name has zoom, full screen, keys, about and quit, each with its key, before a project is open too', async ({
  launch,
}) => {
  const { app, page } = await launch();
  const menu = page.getByRole('menu', { name: 'Espalier' });
  const item = async (name: string) => {
    await page.getByRole('button', { name: 'Espalier: menu' }).click();
    return menu.getByRole('menuitem', { name });
  };
  const zoom = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.zoomLevel);
  await expect(page.getByRole('button', { name: 'Open sample' })).toBeVisible();
  await expect(await item('Everything larger')).toHaveAttribute('aria-keyshortcuts', 'Control++ Control+=');
  await menu.getByRole('menuitem', { name: 'Everything larger' }).click();
  await expect.poll(zoom).toBe(0.5);
  await page.keyboard.press('Control+=');
  await expect.poll(zoom).toBe(1);
  await page.keyboard.press('Control+-');
  await expect.poll(zoom).toBe(0.5);
  await page.keyboard.press('Control+0');
  await expect.poll(zoom).toBe(0);
  await (await item('Full screen, or not')).click();
  await expect.poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isFullScreen())).toBe(true);
  await page.keyboard.press('F11');
  await expect.poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isFullScreen())).toBe(false);
  await (await item('List of keys')).click();
  await expect(page.getByRole('dialog', { name: 'List of keys' }).getByText('Everything larger')).toBeVisible();
  await page.keyboard.press('Escape');
  await (await item('About Espalier')).click();
  const version = await app.evaluate(({ app: electron }) => electron.getVersion());
  await expect(page.getByRole('dialog', { name: 'About Espalier' })).toContainText(`Version ${version}`);
  await page.keyboard.press('Escape');
  const gone = app.waitForEvent('close');
  // The window may be gone before a click of the test's is answered.
  await (await item('Quit')).evaluate((quit: HTMLElement) => void setTimeout(() => quit.click()));
  await gone;
});

test("the system's menu takes no key: Alt stays with the tools, Ctrl+W and Ctrl+R neither close nor reload", async ({ launch }) => {
  test.skip(process.platform === 'darwin', 'macOS has its own menu bar');
  const project = await projectWithRun({ 'a.png': await grey(), 'b.png': await grey() }, 160, 120, () => 0);
  try {
    const { app, page } = await launch([project.folder]);
    await canvasReady(page);
    expect(await app.evaluate(({ Menu }) => Menu.getApplicationMenu()), 'nothing that Alt could open').toBeNull();
    await page.evaluate(() => (document.title = 'the same page'));
    for (const key of ['Alt', 'Control+r', 'Control+w', 'Control+Shift+i', 'Control+Shift+r']) await page.keyboard.press(key);
    await page.keyboard.press('e');
    await expect(page.getByRole('button', { name: 'Eraser', exact: true })).toHaveAttribute('aria-pressed', 'true');
    expect(await page.title()).toBe('the same page');
  } finally {
    await project.remove();
  }
});

test('D, A and R mean in Review what they mean in Label; Y and N decide, and Ctrl+Enter trains from anywhere', async ({ launch }) => {
  const pictures = { 'a.png': await grey(), 'b.png': await grey(), 'c.png': await grey() };
  const project = await projectWithRun(pictures, 160, 120, (x) => (x > 80 ? 1 : 0));
  try {
    const { page } = await launch([project.folder]);
    await canvasReady(page);
    await page.getByRole('tab', { name: 'Review' }).click();
    await canvasReady(page);
    const review = page.getByRole('complementary', { name: 'Review' });
    const images = page.getByRole('listbox', { name: 'Images' });
    const current = (name: string) => images.getByRole('option', { name, selected: true });
    const [first, second] = await images.getByRole('option').evaluateAll((all) => all.map((one) => one.ariaLabel ?? ''));
    await expect(current(first!)).toBeVisible();
    await page.keyboard.press('d');
    await expect(current(second!)).toBeVisible();
    await page.keyboard.press('a');
    await expect(current(first!)).toBeVisible();
    await expect(review.getByText(/accepted|^not/), 'nothing was decided on the way').toHaveCount(0);
    await page.keyboard.press('r');
    const rectangle = page.getByRole('button', { name: 'Rectangle', exact: true });
    await expect(rectangle).toHaveAttribute('aria-pressed', 'true');
    await expect(rectangle).toHaveAttribute('title', /\(R\)/);
    await page.keyboard.press('v');
    await canvasReady(page);
    const reject = review.getByRole('button', { name: 'Reject image' });
    await expect(reject).toBeEnabled();
    await expect(reject).toHaveAttribute('title', /\(Shift\+N\)/);
    await page.keyboard.press('Shift+N');
    await expect(review.getByText(/^not /), 'each of the two classes is rejected').toHaveCount(2);

    await page.getByRole('tab', { name: 'Label' }).click();
    await canvasReady(page);
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('tab', { name: 'Train' })).toHaveAttribute('aria-selected', 'true');
    await expect(page.getByText(/Run 2: /).first()).toBeVisible();
    await page.getByRole('button', { name: /^Stop/ }).first().click();
  } finally {
    await project.remove();
  }
});
