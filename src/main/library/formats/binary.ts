import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { LabelClass } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import { IGNORE, MAX_CLASSES } from '@shared/mask';
import { problemOf } from '../../media/failure';
import { writePng } from '../../media/png';
import { readColours, readSize } from '../../media/rgb';
import { reading, writing, type Format, type Size, type Source, type Writer } from './base/format';
import { FILES_BESIDE } from './base/beside';
import { groupBy } from './base/group';
import { unreadable } from './base/json';
import { numberClasses } from './base/numbering';
import { restOption, withoutOption } from './base/options';
import { checkSize } from './base/sizes';
import { piecesIn, withoutFirst } from './pieces';
import { imageNamesOf } from './suffixes';

const FOLDER = 'binary';

/** Black and white PNGs, a folder of them for each class. */
export const binary: Format = {
  id: 'binary',
  name: 'Black and white masks by class',
  about: 'A folder for each class, in it one PNG for each image that has the class: white where it is, black elsewhere.',
  holds: { classes: MAX_CLASSES, holes: true, parts: true, unlabelled: true },
  write: writing({ options: z.object({ without: withoutOption }), entries: { folders: [FOLDER], files: [] }, begin: beginBinary }),
  read: reading({
    options: z.object({ rest: restOption }),
    // Elsewhere folders of masks are as a rule folders of images, not classes.
    recognise: async (folder) => (await stat(join(folder, FOLDER)).catch(() => null))?.isDirectory() ?? false,
    open: openBinary,
  }),
};

/** Letters that names of folders cannot have everywhere are written as in addresses. */
const folderOf = (name: string): string =>
  name.replace(/[%/\\:*?"<>|\p{Cc}]|^\.|[. ]$/gu, (letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);
const nameOf = (folder: string): string =>
  folder.replace(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

async function beginBinary(
  folder: string,
  classes: readonly LabelClass[],
  { without }: { without?: number | null | undefined },
): Promise<Writer> {
  const written = classes.filter(({ id }) => id !== without);
  for (const { name } of written) await mkdir(join(folder, FOLDER, folderOf(name)), { recursive: true });
  return {
    beside: FILES_BESIDE,
    add: async ({ name, width, height, data }) => {
      for (const { id, name: className } of written.filter((each) => data.includes(each.id))) {
        const file = join(folder, FOLDER, folderOf(className), `${name}.png`);
        await mkdir(dirname(file), { recursive: true });
        await writePng(file, { kind: 'grey', width, height, data: data.map((value) => (value === id ? 255 : 0)) });
      }
    },
    end: () => Promise.resolve(),
  };
}

async function openBinary(chosen: string, { rest }: { readonly rest?: number | null | undefined }, signal: AbortSignal): Promise<Source> {
  const inside = join(chosen, FOLDER);
  const folder = await realpath((await stat(inside).catch(() => null))?.isDirectory() ? inside : chosen);
  const files: string[] = [];
  const { leftOut } = await piecesIn(folder, '.png', signal, (path) => {
    if (path.includes('/')) files.push(path);
    return null;
  });
  if (files.length === 0) throw new EspalierError('IMPORT_FOLDER_EMPTY', { folder: chosen });
  const classes = [...new Set(files.map((name) => name.slice(0, name.indexOf('/'))))].sort();
  const { list } = numberClasses(
    folder,
    classes.map((each, number) => ({ name: nameOf(each), number })),
  );
  const images = groupBy(files, (name) => withoutFirst(name).replace(/\.png$/i, ''));
  return {
    classes: list,
    leftOut,
    rest: rest ?? null,
    pieces: [...images].map(([stem, masks]) => ({
      name: masks.length === 1 ? masks[0]! : `${stem} (${masks.length} masks)`,
      imageNames: imageNamesOf(stem),
      read: (image) => paint(folder, masks, classes, image),
    })),
  };
}

/** Later classes go over earlier ones. */
async function paint(folder: string, masks: readonly string[], classes: readonly string[], image: Size): Promise<Uint8Array> {
  const map = new Uint8Array(image.width * image.height).fill(IGNORE);
  for (const name of masks) {
    const refuse = (error: unknown): never => {
      throw unreadable(name, problemOf(error), error);
    };
    const file = join(folder, name);
    checkSize(name, await readSize(file).catch(refuse), image);
    const { data } = await readColours(file).catch(refuse);
    const id = classes.indexOf(name.slice(0, name.indexOf('/')));
    for (let i = 0; i < map.length; i++) if (data[3 * i] !== 0 || data[3 * i + 1] !== 0 || data[3 * i + 2] !== 0) map[i] = id;
  }
  return map;
}
