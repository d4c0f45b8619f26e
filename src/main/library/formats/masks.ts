import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { formatClassSet } from '@shared/class-set';
import { EspalierError } from '@shared/errors';
import { IGNORE, MAX_CLASSES } from '@shared/mask';
import { problemOf } from '../../media/failure';
import { writeFileAtomic } from '../../media/files';
import { paletteOf } from '../../media/palette';
import { readPng, readPngHeader, writePng } from '../../media/png';
import { walkFiles } from '../images/walk';
import { CLASSES, readClassList } from './base/class-file';
import { reading, writing, type Format, type Piece, type Size, type Source } from './base/format';
import { FILES_BESIDE } from './base/beside';
import { classOption } from './base/options';
import { checkSize } from './base/sizes';
import { imageNamesOf } from './suffixes';

/** Of an export, beside `classes.json`. */
const MASKS = 'masks';

/** The format of Espalier itself: every class number as it is. */
export const masks: Format = {
  id: 'masks',
  name: 'PNG masks and classes.json',
  about: 'One 8-bit indexed PNG for each image, of its name and size, in the project’s colours; 255 is unlabelled.',
  holds: { classes: MAX_CLASSES, holes: true, parts: true, unlabelled: true },
  write: writing({
    options: z.object({}),
    entries: { folders: [MASKS], files: [CLASSES] },
    begin: async (folder, classes) => {
      const palette = paletteOf(classes);
      await mkdir(join(folder, MASKS));
      return {
        beside: FILES_BESIDE,
        add: async ({ name, width, height, data }) => {
          const file = join(folder, MASKS, `${name}.png`);
          await mkdir(dirname(file), { recursive: true });
          await writePng(file, { kind: 'indexed', width, height, data }, palette);
        },
        end: () => writeFileAtomic(join(folder, CLASSES), formatClassSet(classes)),
      };
    },
  }),
  read: reading({
    options: z.object({ white: classOption('255 is', 'What 255 is in masks of 0 and 255 alone: a class, or unlabelled.') }),
    // What no other format knows.
    recognise: () => Promise.resolve(true),
    open: (folder, { white }, signal) => openMasks(folder, white, signal),
  }),
};

async function openMasks(chosen: string, white: number | null | undefined, signal: AbortSignal): Promise<Source> {
  const folder = await maskFolder(chosen);
  const classes = await readClassList(folder);
  return {
    ...(await masksIn(folder, signal)),
    classes,
    meaning: (used) => {
      const binary = !classes && used.has(IGNORE) && [...used].every((id) => id === 0 || id === IGNORE);
      if (!binary) return null;
      if (white === undefined) throw new EspalierError('IMPORT_BINARY', { folder: chosen });
      return new Uint8Array(256)
        .fill(IGNORE)
        .fill(0, 0, 1)
        .fill(white ?? IGNORE, IGNORE);
    },
  };
}

/** The folder that masks are read from: `masks` of a folder that was exported, else the folder itself. @throws EspalierError FOLDER_MISSING */
export async function maskFolder(chosen: string): Promise<string> {
  const folder = await realpath(chosen).catch((cause: unknown) => {
    throw new EspalierError('FOLDER_MISSING', { folder: chosen }, { cause });
  });
  const exported = [join(folder, CLASSES), join(folder, MASKS)];
  const [list, inside] = await Promise.all(exported.map((path) => stat(path).catch(() => null)));
  return list?.isFile() && inside?.isDirectory() ? join(folder, MASKS) : folder;
}

/** The masks in a folder, named like their images. @throws EspalierError IMPORT_FOLDER_EMPTY */
export async function masksIn(folder: string, signal: AbortSignal): Promise<Pick<Source, 'pieces' | 'leftOut'>> {
  const [pieces, leftOut]: [Piece[], { name: string; reason: string }[]] = [[], []];
  const onProblem = (name: string, reason: string): void => void leftOut.push({ name, reason });
  for await (const name of walkFiles(folder, '.png', { signal, onProblem })) {
    pieces.push({ name, imageNames: imageNamesOf(name.replace(/\.png$/i, '')), read: (image) => readMask(folder, name, image) });
  }
  if (pieces.length === 0 && leftOut.length === 0) throw new EspalierError('IMPORT_FOLDER_EMPTY', { folder });
  return { pieces, leftOut };
}

/** The class numbers of a mask; its size is compared before anything is inflated. */
async function readMask(folder: string, name: string, image: Size): Promise<Uint8Array> {
  const unreadable = (reason: string, cause?: unknown) => new EspalierError('IMPORT_UNREADABLE', { name, reason }, { cause });
  const refuse = (error: unknown): never => {
    throw unreadable(problemOf(error), error);
  };
  const file = join(folder, name);
  const header = await readPngHeader(file).catch(refuse);
  if (header.kind === 'rgb') throw unreadable('it is a colour picture');
  checkSize(name, header, image);
  return (await readPng(file).catch(refuse)).data;
}
