import { IGNORE } from '@shared/mask';
import { problemOf } from '../../../media/failure';
import { readColours, readSize } from '../../../media/rgb';
import type { Size } from './format';
import { unreadable } from './json';
import { checkSize } from './sizes';

/** `#rrggbb` as one number. */
export const colourNumber = (colour: string): number => Number.parseInt(colour.slice(1), 16);

/** A grey as its number, another colour as `#rrggbb`. */
export function colourText(colour: number): string {
  const [r, g, b] = [colour >> 16, (colour >> 8) & 255, colour & 255];
  return r === g && g === b ? String(r) : `#${colour.toString(16).padStart(6, '0')}`;
}

/**
 * Label map of a picture whose colours stand for classes; its size is compared before anything is inflated.
 * @param name as it is told
 * @param table the number of each colour
 * @throws EspalierError IMPORT_SIZE, IMPORT_UNREADABLE, also for a colour that stands for nothing
 */
export async function readByColour(file: string, name: string, image: Size, table: ReadonlyMap<number, number>): Promise<Uint8Array> {
  const refuse = (error: unknown): never => {
    throw unreadable(name, problemOf(error), error);
  };
  checkSize(name, await readSize(file).catch(refuse), image);
  const { data } = await readColours(file).catch(refuse);
  const map = new Uint8Array(image.width * image.height);
  let [last, id]: [number, number] = [-1, IGNORE];
  for (let i = 0, at = 0; i < map.length; i++, at += 3) {
    const colour = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
    if (colour !== last) {
      const found = table.get(colour);
      if (found === undefined) throw unreadable(name, `no class has its value ${colourText(colour)}`);
      [last, id] = [colour, found];
    }
    map[i] = id;
  }
  return map;
}
