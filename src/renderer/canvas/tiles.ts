import { TILE } from '@shared/picture';
import { clamp } from '../editor/geometry';
import type { Size } from '../editor/viewport';
import type { Placement } from './picture';

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
