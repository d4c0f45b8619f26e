import { expect, test } from './support/app';
import { canvasReady, saved, stroke } from './support/canvas';
import { labelTwo } from './support/training';

test.describe.configure({ timeout: 20 * 60_000 });
const LONG = { timeout: 8 * 60_000 };

test('Keep learning goes on while one labels: new labels change what is predicted beside them, the history says what each round knew, and another run begins from the last', async ({
  launch,
}) => {
  const { page } = await launch(['--sample']);
  await labelTwo(page);
  const learning = page.getByRole('checkbox', { name: 'Keep learning while I label' });
  const says = page.getByRole('status', { name: 'Keep learning' });
  await learning.check();
  await expect(says).toContainText(/^Run 1: /, { timeout: 60_000 });
  await page.keyboard.press('\\');
  await expect(page.getByRole('region', { name: 'Prediction of run 1' })).toBeVisible(LONG);

  // What is labelled while the round predicts is for the next one, which predicts the image shown first.
  for (const y of [150, 160, 170]) await stroke(page, 3, y);
  await saved(page);
  await expect(says).toContainText(/^Run 2: /, LONG);
  await expect(page.getByRole('region', { name: 'Prediction of run 2' })).toBeVisible(LONG);
  await learning.uncheck();
  await expect(says).toBeHidden({ timeout: 60_000 });

  await page.getByRole('tab', { name: 'Train' }).click();
  const runs = page.getByRole('region', { name: 'Runs' });
  const run = (number: number) => runs.getByRole('button', { name: new RegExp(`^Run ${number}: `) });
  await expect(run(1)).toContainText(/keeps learning · 2 labelled images with [\d,]+ pixels · mIoU [\d.]+ %/);
  await expect(run(2)).toContainText(/from run 1 · keeps learning · 2 labelled images with [\d,]+ pixels · mIoU [\d.]+ %/);
  const begin = page.getByRole('combobox', { name: 'Begin from' });
  await expect(begin.locator('option:checked')).toHaveText(/^run [12]: labels only$/);
  await begin.selectOption({ label: 'scratch' });
  await expect(page.getByText(/^From scratch: for when/)).toBeVisible();
  await begin.selectOption({ label: 'run 1: labels only' });
  await run(2).click();
  await expect(
    page.getByRole('region', { name: 'What this run gives' }).getByRole('row', { name: /^As it began [\d.]+ %$/ }),
  ).toBeVisible();

  // The project is left and opened again: it is off, and the history is there.
  await page.reload();
  await canvasReady(page);
  await expect(learning).not.toBeChecked();
  await page.getByRole('tab', { name: 'Train' }).click();
  await expect(run(2)).toContainText('from run 1');
});
