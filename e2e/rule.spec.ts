import sharp from 'sharp';
import { expect, test } from './support/app';
import { canvasReady } from './support/canvas';
import { finishRun, projectWithRun } from './support/finished-run';
import { resize } from './support/resize';
import { keepScreenshots } from './support/screenshots';

const [WIDTH, HEIGHT] = [160, 120];
/** Of object right of the middle; so sure as the column says. */
const truth = (x: number) => (x >= 80 ? 1 : 0);
const confidence = (x: number): number => 80 + x;

test('a rule says first what it takes, takes it in the images of the list, and is taken back and made again as one step', async ({
  launch,
}) => {
  const picture = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#707070' } })
    .png()
    .toBuffer();
  const names = ['a.png', 'b.png', 'c.png', 'd.png'];
  const library = await projectWithRun(Object.fromEntries(names.map((name) => [name, picture])), WIDTH, HEIGHT, truth);
  await library.open();
  await finishRun(library, WIDTH, HEIGHT, truth, undefined, confidence);
  await library.call('project.close', null);
  const { app, page } = await launch([library.folder]);
  await canvasReady(page);
  await resize(app, page, 1280, 720, 1);
  await page.getByRole('tab', { name: 'Review' }).click();
  await canvasReady(page);
  await page.getByRole('combobox', { name: 'Filter images' }).selectOption({ label: 'Unlabelled' });
  await expect(page.getByRole('listbox', { name: 'Images' }).getByRole('option')).toHaveCount(2);
  await page.keyboard.press('Shift+A');
  const dialog = page.getByRole('dialog', { name: 'Accept by rule' });
  await dialog.getByLabel('Pixels predicted').selectOption({ label: 'object' });
  await dialog.getByLabel('with a confidence of at least').fill('0.8');
  const columns = Array.from({ length: WIDTH }, (_, x) => x).filter((x) => truth(x) === 1 && confidence(x) / 255 >= 0.8).length;
  const pixels = columns * HEIGHT;
  const takes = dialog.getByRole('status', { name: 'What the rule takes' });
  await expect(takes).toHaveText(`It takes ${(2 * pixels).toLocaleString('en')} pixels in 2 images.`);
  await expect(dialog.getByRole('listitem')).toHaveCount(2);
  await keepScreenshots(page, 'rule');
  await dialog.getByRole('button', { name: 'Accept', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(
    page.getByText(`${(2 * pixels).toLocaleString('en')} pixels accepted in 2 images; Undo takes all of it back.`),
  ).toBeVisible();
  const labelled = page.getByText(/^\d labelled · \d unlabelled/);
  await expect(labelled).toContainText('4 labelled');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(labelled).toContainText('2 labelled');
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(labelled).toContainText('4 labelled');
  await app.close();
  await library.open();
  for (const name of ['c.png', 'd.png']) {
    const map = await library.map(name);
    expect(map.filter((id) => id === 1).length).toBe(pixels);
    expect(map.filter((id) => id === 0).length).toBe(0);
  }
  await library.remove();
});
