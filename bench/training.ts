/** For benchmarks beside a training: a run of the app that is measured, begun as a user begins one. */
import type { Page } from '@playwright/test';

/** What the status bar says of a run when student, teacher and pruned teacher are all at work: neither in warm-up nor with anything else. */
const AT_WORK = /^run \d+: epoch (\d+)\/\d+, /;
const PATIENCE = 150_000;

/**
 * Starts a pruning-guided run that lasts longer than any benchmark, and is back in Label when all three networks are at work.
 * @returns the epoch it is in
 * @throws Error when that does not happen
 */
export async function train(page: Page): Promise<number> {
  await page.getByRole('tab', { name: 'Train' }).click();
  await page.getByRole('radio', { name: /^Pruning:/ }).check();
  await page.getByText('Advanced').click();
  await page.getByRole('radio', { name: /^Pruning-guided/ }).check();
  await set(page, /^Epochs$/, 1000);
  // The form keeps the share of the warm-up, unless told otherwise after it.
  await set(page, /^Warm-up/, 1);
  await page.getByRole('checkbox', { name: 'measured' }).uncheck();
  await set(page, /^Pruning ratio/, 0.6);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.getByRole('tab', { name: 'Label' }).click();
  await page.locator('[data-ready="true"]').waitFor();
  return epochAfter(page, 0);
}

/**
 * Waits until all three networks are at work in an epoch after this one; an epoch begins with pruning, when they are not.
 * @returns that epoch
 */
export async function epochAfter(page: Page, epoch: number): Promise<number> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const text = (await page.getByRole('status', { name: 'Status' }).innerText()).replace(/\s+/g, ' ').trim();
    const run = /run \d+: .*/.exec(text)?.[0] ?? null;
    const now = Number(AT_WORK.exec(run ?? '')?.[1] ?? NaN);
    if (now > epoch) return now;
    if (performance.now() > end || (epoch > 0 && !run))
      throw new Error(`this is no measurement beside a training: ${run ?? 'no run goes on'}`);
    await page.waitForTimeout(200);
  }
}

async function set(page: Page, field: RegExp, value: number): Promise<void> {
  await page.getByRole('spinbutton', { name: field }).fill(String(value));
  await page.keyboard.press('Tab');
}
