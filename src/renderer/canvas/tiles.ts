import { TILE } from '@shared/picture';
import { clamp, type Rect } from '../editor/geometry';
import type { Size } from '../editor/viewport';
import { originOf, type ImageWindow } from '../editor/window';
import type { Pixel, Placement } from './picture';

/** Side of the window of a large image whose colours are known at a time, pixels. */
export const WINDOW = 2048;
/** So far from its border, pixels, a place is still well inside a window. */
const INSIDE = WINDOW / 4;

/** A tile's place in a pyramid: levels as in `shared/picture.ts`, columns and rows of tiles of its level. */
export interface TilePlace {
  readonly level: number;
  readonly x: number;
  readonly y: number;
}

export const keyOf = ({ level, x, y }: TilePlace): string => `${level} ${x} ${y}`;

/** The tile of the next level that holds this one. */
export const parentOf = ({ level, x, y }: TilePlace): TilePlace => ({ level: level + 1, x: x >> 1, y: y >> 1 });

/** The part of the image a tile covers, image pixels: x0, y0, x1, y1. */
export function tileRect({ level, x, y }: TilePlace, image: Size): readonly [number, number, number, number] {
  const side = TILE * 2 ** level;
  return [x * side, y * side, Math.min((x + 1) * side, image.width), Math.min((y + 1) * side, image.height)];
}

/** The tiles that show at a placement: of the smallest level that still has a pixel for each device pixel, from the middle outwards. */
export function tilesInView(image: Size, levels: number, { x, y, scale, canvas }: Placement): TilePlace[] {
  const level = clamp(Math.floor(Math.log2(1 / Math.min(scale, 1))), 0, levels - 1);
  const side = TILE * 2 ** level * scale;
  const range = (offset: number, length: number, size: number): number[] => {
    const count = Math.ceil(size / (TILE * 2 ** level));
    const first = clamp(Math.floor(-offset / side), 0, count);
    const end = clamp(Math.ceil((length - offset) / side), 0, count);
    return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  };
  const columns = range(x, canvas.width, image.width);
  const places = range(y, canvas.height, image.height).flatMap((row) => columns.map((column) => ({ level, x: column, y: row })));
  const far = (tile: TilePlace): number =>
    Math.hypot((tile.x + 0.5) * side + x - canvas.width / 2, (tile.y + 0.5) * side + y - canvas.height / 2);
  return places.sort((a, b) => far(a) - far(b));
}

/** The tiles of full size that hold a part of `rect`, which lies in the image. */
export function tilesIn({ x0, y0, x1, y1 }: Rect): TilePlace[] {
  const range = (from: number, to: number): number[] =>
    Array.from({ length: Math.ceil(to / TILE) - Math.floor(from / TILE) }, (_, i) => Math.floor(from / TILE) + i);
  return range(y0, y1).flatMap((y) => range(x0, x1).map((x) => ({ level: 0, x, y })));
}

/** The window in whose middle a place is, or as near the middle as the borders of the image allow. */
export function windowAround({ x, y }: Pixel, { width, height }: Size): ImageWindow {
  const from = (at: number, length: number): number => clamp(Math.round(at - WINDOW / 2), 0, Math.max(0, length - WINDOW));
  return { width: Math.min(WINDOW, width), height: Math.min(WINDOW, height), origin: { x: from(x, width), y: from(y, height) } };
}

/** Whether a place is well inside a window: as far from its borders as there is room for in the image. */
export function covers(window: ImageWindow, { x, y }: Pixel, image: Size): boolean {
  const origin = originOf(window);
  const inside = (at: number, from: number, length: number, limit: number): boolean =>
    at >= (from === 0 ? 0 : from + INSIDE) && at < (from + length === limit ? limit : from + length - INSIDE);
  return inside(x, origin.x, window.width, image.width) && inside(y, origin.y, window.height, image.height);
}
