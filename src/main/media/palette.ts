import { vocColor, type LabelClass } from '@shared/domain';
import type { Palette } from './png';

/** The colours masks are shown in: those of the classes, and the VOC palette's for every other index. */
export function paletteOf(classes: readonly LabelClass[]): Palette {
  const colours = Array.from({ length: 256 }, (_, id) => vocColor(id));
  for (const { id, color } of classes) colours[id] = color;
  return Uint8Array.from(colours.flatMap((colour) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))));
}
