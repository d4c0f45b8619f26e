import { expect, type Page } from '@playwright/test';
import type { Point } from './canvas';

/** The middle of a pixel, and its top left corner. */
export const p = (x: number, y: number): Point => ({ x, y });
export const corner = (x: number, y: number): Point => p(x - 0.5, y - 0.5);

const row = (page: Page) => page.getByRole('radiogroup', { name: 'Class to paint with' });

/** Pixels of a class in the image shown, as the class panel says. */
export async function expectPixels(page: Page, className: string, pixels: number): Promise<void> {
  await expect(row(page).getByText(`${className}: ${pixels.toLocaleString('en')} pixels of this image`)).toHaveCount(1);
}

/** The same, read once. */
export async function pixelsOf(page: Page, className: string): Promise<number> {
  const text = await row(page)
    .getByText(new RegExp(`^${className}: [\\d,]+ pixels? of this image`))
    .textContent();
  return Number(/: ([\d,]+)/.exec(text ?? '')![1]!.replaceAll(',', ''));
}

/** Types into a number field. */
export async function set(page: Page, field: string, value: string | number): Promise<void> {
  await page.getByRole('spinbutton', { name: field }).fill(String(value));
  await page.keyboard.press('Tab');
}

/** Chooses in a list by what it shows. */
export async function choose(page: Page, list: string, label: string): Promise<void> {
  await page.getByRole('combobox', { name: list }).selectOption({ label });
}
