import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EspalierError } from '@shared/errors';
import { IGNORE, MAX_CLASSES } from '@shared/mask';
import { readPngHeader } from '../../media/png';
import { readColours } from '../../media/rgb';
import { walkFiles } from '../images/walk';
import { colourText, readByColour } from './base/colours';
import { reading, type FoundValue, type Format, type Source } from './base/format';
import { findMapping, parseMapping, type Mapped } from './base/mapping';
import { numberClasses } from './base/numbering';
import { textOption } from './base/options';
import { piecesIn } from './pieces';
import { imageNamesOf } from './suffixes';

/** Pictures that are decoded to tell which colours there are. */
const LOOKED_AT = 200;
/** Colours that are told; more of them are no classes. */
const TOLD = 64;

/** PNGs in whatever greys or colours; what each stands for is said by a file beside them or by the user. */
export const pictures: Format = {
  id: 'pictures',
  name: 'Grey or colour PNGs with a mapping',
  about:
    'One PNG for each image in which each grey or colour stands for a class; labelmap.txt, label_colors.txt, dataset_meta.json or mapping.txt may say which.',
  holds: { classes: MAX_CLASSES, holes: true, parts: true, unlabelled: true },
  write: null,
  read: reading({
    options: z.object({
      mapping: textOption('Mapping', 'What the greys or colours stand for: 0=background, 255=cell or #ff0000=road, #000000=none.'),
    }),
    recognise: async (folder) => {
      const root = await rootOf(folder);
      if (await findMapping(root).catch(() => null)) return true;
      for await (const path of walkFiles(root, '.png', { onProblem: () => undefined })) return isColourful(join(root, path));
      return false;
    },
    open: openPictures,
  }),
};

async function rootOf(chosen: string): Promise<string> {
  const folder = await realpath(chosen).catch((cause: unknown) => {
    throw new EspalierError('FOLDER_MISSING', { folder: chosen }, { cause });
  });
  const inside = join(folder, 'masks');
  return (await stat(inside).catch(() => null))?.isDirectory() ? inside : folder;
}

/** Indices and greys are numbers of classes as a rule, whatever their colours. */
async function isColourful(file: string): Promise<boolean> {
  const header = await readPngHeader(file).catch(() => null);
  if (header && header.kind !== 'rgb') return false;
  const found = await readColours(file).catch(() => null);
  if (!found) return false;
  for (let i = 0; i < found.data.length; i += 3) {
    if (found.data[i] !== found.data[i + 1] || found.data[i] !== found.data[i + 2]) return true;
  }
  return false;
}

async function openPictures(chosen: string, { mapping }: { readonly mapping?: string | undefined }, signal: AbortSignal): Promise<Source> {
  const folder = await rootOf(chosen);
  const given = mapping ? { file: 'the mapping', mapped: parseMapping(mapping) } : null;
  const said = given ?? (await findMapping(folder));
  const { list, table } = said ? classesOf(said.file, said.mapped) : { list: null, table: null };
  const found = await piecesIn(folder, '.png', signal, (path, stem) => ({
    name: path,
    imageNames: imageNamesOf(stem),
    read: (image) => {
      if (!table) throw new EspalierError('IMPORT_MAPPING', { folder: chosen });
      return readByColour(join(folder, path), path, image, table);
    },
  }));
  if (found.pieces.length === 0) throw new EspalierError('IMPORT_FOLDER_EMPTY', { folder: chosen });
  const files = found.pieces.slice(0, LOOKED_AT).map(({ name }) => join(folder, name));
  return { ...found, classes: list, values: () => valuesIn(files, table, list?.classes ?? [], signal) };
}

function classesOf(file: string, mapped: readonly Mapped[]) {
  const names = [...new Set(mapped.flatMap(({ name }) => name ?? []))];
  const { list, ids } = numberClasses(
    file,
    names.map((name, number) => ({ name, number })),
  );
  const table = new Map(mapped.map(({ colour, name }) => [colour, name === null ? IGNORE : ids.get(names.indexOf(name))!]));
  return { list, table };
}

/** The colours in some pictures, the most frequent first. */
async function valuesIn(
  files: readonly string[],
  table: ReadonlyMap<number, number> | null,
  classes: readonly { readonly id: number; readonly name: string }[],
  signal: AbortSignal,
): Promise<FoundValue[]> {
  const counts = new Map<number, number>();
  for (const file of files) {
    signal.throwIfAborted();
    const { data } = await readColours(file);
    for (let i = 0; i < data.length; i += 3) {
      const colour = (data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!;
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    if (counts.size > 1e5) break;
  }
  const told = [...counts].sort(([, a], [, b]) => b - a).slice(0, TOLD);
  return told.map(([colour, pixels]) => {
    const id = table?.get(colour);
    return { value: colourText(colour), pixels, name: id === undefined ? null : (classes.find((each) => each.id === id)?.name ?? 'none') };
  });
}
