import { TestLibrary } from '../src/main/library/testing/library';
import { expect, test } from './support/app';
import { canvasReady } from './support/canvas';
import { keepScreenshots } from './support/screenshots';

test('before a training the labels are looked at, and what to label is said', async ({ launch }) => {
  const library = await TestLibrary.project({ 'a.png': [100, 80], 'b.png': [100, 80], 'c.png': [100, 80] });
  const labels = (of: (i: number) => number) => Uint8Array.from({ length: 8000 }, (_, i) => of(i));
  await library.paint(
    'a.png',
    labels((i) => (i < 4000 ? 0 : i < 4010 ? 1 : 255)),
  );
  await library.paint(
    'b.png',
    labels((i) => (i < 2000 ? 0 : 255)),
  );
  await library.call('project.close', null);
  const { page } = await launch([library.folder]);
  await canvasReady(page);
  await page.getByRole('tab', { name: 'Train' }).click();
  await expect(page.getByRole('list', { name: 'Advice on the labels' }).getByRole('listitem')).toHaveText([
    'Nothing is labelled as c: no run can find it.',
    'a 6,000 pixels in 2 images, b 10 pixels in 1 image: label more b.',
  ]);
  await keepScreenshots(page, 'advice');
  await library.remove();
});
