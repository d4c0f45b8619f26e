import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { onScreen, type Point } from './canvas';

/** A picture read with a library of its own, not with the code under test. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Colour of a pixel, as `#rrggbb`. */
  at(x: number, y: number): string;
}

export async function readPicture(file: string): Promise<Picture> {
  const { data, info } = await sharp(file).toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return {
    width,
    height,
    at(x, y) {
      const start = (y * width + x) * channels;
      const [r, g, b] = channels === 1 ? [data[start]!, data[start]!, data[start]!] : data.subarray(start, start + 3);
      return `#${[r, g, b].map((value) => value!.toString(16).padStart(2, '0')).join('')}`;
    },
  };
}

/**
 * Middles of horizontal bars `length` × (2 · margin + 1) pixels large that are all of one colour, apart from each other:
 * where a brush stroke stays within its class.
 */
export function findBars(picture: Picture, color: string, length: number, margin: number, count: number): Point[][] {
  const found: Point[][] = [];
  for (let y = margin; y < picture.height - margin && found.length < count; y += margin + 1) {
    for (let x = margin; x + length < picture.width - margin && found.length < count; x++) {
      if (!isBar(picture, color, x, y, length, margin)) continue;
      found.push([
        { x, y },
        { x: x + length, y },
      ]);
      x += length + 20;
    }
    if (found.some((bar) => bar[0]!.y === y)) y += 24;
  }
  if (found.length === 0) throw new Error(`nowhere to paint ${color}`);
  return found;
}

function isBar(picture: Picture, color: string, x0: number, y0: number, length: number, margin: number): boolean {
  for (let y = y0 - margin; y <= y0 + margin; y++) {
    for (let x = x0 - margin; x <= x0 + length + margin; x++) if (picture.at(x, y) !== color) return false;
  }
  return true;
}

/** The pixels a round brush of an odd size covers on its way along a horizontal line, by the definition of a disc. */
export function strokePixels([from, to]: readonly Point[], size: number): Set<string> {
  const pixels = new Set<string>();
  for (let cx = from!.x; cx <= to!.x; cx++) {
    for (let y = from!.y - size; y <= from!.y + size; y++) {
      for (let x = cx - size; x <= cx + size; x++) {
        if ((x - cx) ** 2 + (y - from!.y) ** 2 <= (size / 2) ** 2) pixels.add(`${x},${y}`);
      }
    }
  }
  return pixels;
}

/** Colour of the screen where the centre of an image pixel is, as `[r, g, b]`. */
export async function seen(page: Page, point: Point): Promise<number[]> {
  return screenAt(page, await onScreen(page, point));
}

/** Colour of a pixel of the screen. */
export async function screenAt(page: Page, { x, y }: Point): Promise<number[]> {
  const shot = await page.screenshot({ clip: { x: Math.floor(x), y: Math.floor(y), width: 1, height: 1 } });
  return [...(await sharp(shot).removeAlpha().raw().toBuffer())];
}
