import { realpath } from 'node:fs/promises';
import { EspalierError } from '@shared/errors';
import type { ResultOf } from '@shared/protocol';
import type { Entries, Format, Reading, Writing } from './base/format';
import { binary } from './binary';
import { cityscapes } from './cityscapes';
import { cocoInstances } from './coco/instances';
import { cocoPanoptic } from './coco/panoptic';
import { cvat } from './cvat';
import { datumaro } from './datumaro';
import { labelStudio } from './label-studio';
import { labelme } from './labelme';
import { masks } from './masks';
import { optionsOf } from './base/options';
import { pictures } from './pictures';
import { voc } from './voc';
import { yolo } from './yolo';

/** Every format, the most particular first: a folder is taken for the first one that recognises it. */
const FORMATS: readonly Format[] = [
  datumaro,
  cocoPanoptic,
  cocoInstances,
  cvat,
  labelStudio,
  labelme,
  voc,
  yolo,
  cityscapes,
  binary,
  pictures,
  masks,
];

/** What window and terminal show. */
export function describeFormats(): ResultOf<'formats.list'> {
  return FORMATS.map(({ id, name, about, holds, read, write }) => ({
    id,
    name,
    about,
    holds,
    imports: read && optionsOf(read.options),
    exports: write && optionsOf(write.options),
  }));
}

/** Null: there is no such format, or it is only read. */
export function entriesOf(id: string): Entries | null {
  return FORMATS.find((format) => format.id === id)?.write?.entries ?? null;
}

/** @throws EspalierError FORMAT_UNKNOWN */
export function writingOf(id: string): Writing {
  const found = FORMATS.find((format) => format.id === id)?.write;
  if (!found)
    throw unknown(
      id,
      FORMATS.filter(({ write }) => write !== null),
    );
  return found;
}

/**
 * The format of labels in a folder: the one that is named, else the one that recognises it.
 * @throws EspalierError FORMAT_UNKNOWN, FOLDER_MISSING, IMPORT_FOLDER_EMPTY
 */
export async function readingOf(
  id: string | null,
  folder: string,
): Promise<{ readonly id: string; readonly name: string; readonly reading: Reading }> {
  const readable = FORMATS.filter((format): format is Format & { readonly read: Reading } => format.read !== null);
  if (id !== null) {
    const found = readable.find((format) => format.id === id);
    if (!found) throw unknown(id, readable);
    return { id, name: found.name, reading: found.read };
  }
  const real = await realpath(folder).catch((cause: unknown) => {
    throw new EspalierError('FOLDER_MISSING', { folder }, { cause });
  });
  for (const format of readable) if (await format.read.recognise(real)) return { id: format.id, name: format.name, reading: format.read };
  throw new EspalierError('IMPORT_FOLDER_EMPTY', { folder });
}

function unknown(id: string, known: readonly Format[]): EspalierError {
  return new EspalierError('FORMAT_UNKNOWN', { format: id, known: known.map((format) => format.id).join(', ') });
}
