import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { parseClassSet } from '@shared/class-set';
import { EspalierError, toEspalierError } from '@shared/errors';
import { colourNumber } from './colours';
import { readText } from './json';

/** What one colour of a picture stands for; `name` null: unlabelled. */
export interface Mapped {
  readonly colour: number;
  readonly name: string | null;
}

const grey = (value: number): number => value * 0x010101;
const Byte = z.number().int().min(0).max(255);
const Meta = z.object({
  label_map: z.record(z.string().regex(/^\d+$/), z.string()),
  segmentation_colors: z.array(z.tuple([Byte, Byte, Byte])).optional(),
});

/** Files that say what colours stand for, by their names. */
const FILES: readonly (readonly [name: string, parse: (text: string) => Mapped[]])[] = [
  ['mapping.txt', parseMapping],
  [
    'labelmap.txt',
    (text) => parseClassSet(text).map(({ name, color }, i) => ({ name, colour: color === null ? grey(i) : colourNumber(color) })),
  ],
  ['dataset_meta.json', fromMeta],
  ['label_colors.txt', fromColours],
];

/**
 * What colours stand for, from a file beside pictures or in the folder above; null when there is none that says so.
 * @throws EspalierError CLASS_LIST_INVALID, IMPORT_UNREADABLE
 */
export async function findMapping(folder: string): Promise<{ file: string; mapped: Mapped[] } | null> {
  for (const place of [folder, dirname(folder)]) {
    for (const [name, parse] of FILES) {
      const file = join(place, name);
      if (!(await stat(file).catch(() => null))?.isFile()) continue;
      const mapped = mappedBy(parse, file, await readText(file));
      if (mapped.length > 0) return { file, mapped };
    }
  }
  return null;
}

/** @throws EspalierError CLASS_LIST_INVALID */
function mappedBy(parse: (text: string) => Mapped[], file: string, text: string): Mapped[] {
  try {
    return parse(text);
  } catch (error) {
    const { params, message } = toEspalierError(error);
    const reason = error instanceof SyntaxError ? 'it is not valid JSON' : (params.reason ?? message);
    throw new EspalierError('CLASS_LIST_INVALID', { file, reason }, { cause: error });
  }
}

/** `VALUE=CLASS`, parted by commas or lines; a value is a grey from 0 to 255 or a colour such as #ff0000, a class none is unlabelled. */
export function parseMapping(text: string): Mapped[] {
  return text.split(/[,\n]/).flatMap((part) => {
    const found = /^\s*(#[0-9a-f]{6}|\d{1,3})\s*=\s*(.*?)\s*$/i.exec(part);
    if (!found) return [];
    const [, value, name] = found as unknown as [string, string, string];
    const colour = value.startsWith('#') ? colourNumber(value) : grey(Number(value));
    return Number(value) > 255 || name === '' ? [] : [{ colour, name: name === 'none' ? null : name }];
  });
}

/** Of Datumaro's plain sets: names by number, and a colour for each number in order. */
function fromMeta(text: string): Mapped[] {
  const parsed = Meta.safeParse(JSON.parse(text));
  if (!parsed.success) return [];
  const { label_map, segmentation_colors: colours } = parsed.data;
  return Object.entries(label_map).map(([number, name], i) => {
    const [r, g, b] = colours?.[i] ?? [];
    return { name, colour: r === undefined ? grey(Number(number)) : (r << 16) | (g! << 8) | b! };
  });
}

/** `red green blue name`, one a line, as CamVid and SYNTHIA have it. */
function fromColours(text: string): Mapped[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const found = /^\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\S.*?)\s*$/.exec(line);
    if (!found) return [];
    const [r, g, b] = found.slice(1, 4).map(Number) as [number, number, number];
    return r > 255 || g > 255 || b > 255 ? [] : [{ colour: (r << 16) | (g << 8) | b, name: found[4]! }];
  });
}
