import sharp from 'sharp';
import type { Page } from '@playwright/test';
import type { TestLibrary } from '../src/main/library/testing/library';
import { expect, test } from './support/app';
import { canvasReady, onScreen, saved } from './support/canvas';
import { projectWithRun } from './support/finished-run';

/** Decisions made in a hurry: every one lands on the image it was aimed at, with that image's region. */
const IMAGES = 41;
const [WIDTH, HEIGHT] = [400, 300];
/** Milliseconds between going on and deciding; each pace decides about a block of its own. */
const PACES = [0, 50, 100, 300] as const;

const numberOf = (name: string): number => Number(/\d+/.exec(name)![0]);

/** The blocks of class 1: as wide as the image's number tells, so that no region fits two images. */
const blockOf = (pace: number, name: string) => {
  const [x0, y0] = [20 + 200 * (pace % 2), 20 + 150 * Math.floor(pace / 2)];
  return { x0, y0, x1: x0 + 40 + numberOf(name), y1: y0 + 50 + 10 * pace };
};
const inBlock = (x: number, y: number, { x0, y0, x1, y1 }: ReturnType<typeof blockOf>): boolean => x >= x0 && x < x1 && y >= y0 && y < y1;
const pixelsOf = (pace: number, name: string): number => (40 + numberOf(name)) * (50 + 10 * pace);

async function project(): Promise<TestLibrary> {
  const pictures: Record<string, Buffer> = {};
  for (let i = 0; i < IMAGES; i++) {
    const noise = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, at) => Math.imul(at + i, 2654435761) >>> 24);
    pictures[`image-${String(i).padStart(2, '0')}.png`] = await sharp(noise, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
      .png({ compressionLevel: 1 })
      .toBuffer();
  }
  return projectWithRun(pictures, WIDTH, HEIGHT, (x, y, name) => (PACES.some((_, pace) => inBlock(x, y, blockOf(pace, name))) ? 1 : 0));
}

/** Goes through all images, to and fro from one pace to the next, deciding about a block of each with a key. */
async function decide(page: Page, key: string): Promise<void> {
  for (const [pace, pause] of PACES.entries()) {
    const { x0, y0 } = blockOf(pace, 'image-00');
    const place = await onScreen(page, { x: x0 + 15, y: y0 + 15 });
    await page.mouse.move(place.x, place.y);
    for (let step = 1; step < IMAGES; step++) {
      await page.keyboard.press(pace % 2 === 0 ? 'PageDown' : 'PageUp');
      if (pause > 0) await page.waitForTimeout(pause);
      await page.keyboard.press(key);
    }
    await canvasReady(page);
    await saved(page);
  }
}

for (const [kind, key] of [
  ['reject', 'n'],
  ['accept', 'y'],
] as const) {
  test(`the next image and ${kind} at once: on that image, with its region`, async ({ launch }) => {
    test.setTimeout(600_000);
    const library = await project();
    const { app, page } = await launch([library.folder]);
    await canvasReady(page);
    await page.getByRole('tab', { name: 'Review' }).click();
    await canvasReady(page);
    await expect(page.getByText('Click a region of the overlay')).toBeVisible();
    await decide(page, key);
    await app.close();

    await library.open();
    const wrong: string[] = [];
    const images = (await library.images()).sort((a, b) => a.id - b.id);
    for (const [place, { id, path }] of images.entries()) {
      const made = (await library.call('review.decisions', { imageId: id })).map((d) => `${d.kind} ${d.classId} ${d.pixels}`);
      // The first image is only gone to at the paces that go back, the last at those that go forth.
      const paces = [...PACES.keys()].filter((pace) => (pace % 2 === 0 ? place > 0 : place < IMAGES - 1));
      const due = paces.map((pace) => `${kind} 1 ${pixelsOf(pace, path)}`);
      for (const decision of made.filter((d) => !due.includes(d))) wrong.push(`${path}: ${decision} is not its own`);
      for (const decision of due) {
        const times = made.filter((d) => d === decision).length;
        if (times !== 1) wrong.push(`${path}: ${decision} ${times} times`);
      }
    }
    await library.remove();
    expect(wrong).toEqual([]);
  });
}
