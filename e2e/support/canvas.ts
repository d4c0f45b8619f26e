import { expect, type Locator, type Page } from '@playwright/test';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function canvasOf(page: Page): Locator {
  return page.getByRole('application', { name: 'Image canvas' });
}

/** Waits until the image numbered `id`, or any, is on the canvas and can be painted on. */
export async function canvasReady(page: Page): Promise<void> {
  await expect(canvasOf(page)).toHaveAttribute('data-ready', 'true');
}

/** Waits until every gesture so far is on disk. */
export async function saved(page: Page): Promise<void> {
  await expect(canvasOf(page)).toHaveAttribute('data-save-state', 'saved');
}

/** Where the centre of an image pixel is in the window. */
export async function onScreen(page: Page, { x, y }: Point): Promise<Point> {
  const canvas = canvasOf(page);
  const box = await canvas.boundingBox();
  const [scale, left, top] = await Promise.all(
    ['data-scale', 'data-x', 'data-y'].map(async (name) => Number(await canvas.getAttribute(name))),
  );
  if (!box) throw new Error('the canvas is not on screen');
  return { x: box.x + left! + (x + 0.5) * scale!, y: box.y + top! + (y + 0.5) * scale! };
}

/** Presses at the first image pixel, moves through the others, lets go. */
export async function drag(page: Page, points: readonly Point[]): Promise<void> {
  const places: Point[] = [];
  for (const point of points) places.push(await onScreen(page, point));
  await page.mouse.move(places[0]!.x, places[0]!.y);
  await page.mouse.down();
  for (const place of places.slice(1)) await page.mouse.move(place.x, place.y, { steps: 4 });
  await page.mouse.up();
}

/** Paints one stroke of the class with key `digit` across the image at height `y`. */
export async function stroke(page: Page, digit: number, y: number): Promise<void> {
  await page.keyboard.press('b');
  await page.keyboard.press(String(digit));
  await drag(page, [
    { x: 20, y },
    { x: 220, y },
  ]);
}

export async function click(page: Page, point: Point): Promise<void> {
  const place = await onScreen(page, point);
  await page.mouse.click(place.x, place.y);
}
