import { EspalierError, toEspalierError } from '@shared/errors';
import { diffOf, IGNORE } from '@shared/mask';
import type { ParamsOf, Progress, ResultOf } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { classOf } from '../classes/classes';
import type { ClassList, Source } from '../formats/base/format';
import { readingOf } from '../formats/registry';
import { ProgressMeter } from '../progress/meter';
import { imageOf, type OpenProject } from '../project/open-project';
import { takeClasses } from './class-list';
import { matchPieces, type Match } from './match';

/**
 * Imports what a folder says of images, in whatever format of the registry. 255 leaves a pixel as it is. What the numbers mean is said by
 * the files or, where they do not, by the project.
 * Everything is checked before anything is written; each image's labels change by one edit that can be undone.
 * @throws EspalierError FOLDER_MISSING, FORMAT_*, IMPORT_*, CLASS_LIST_INVALID, CLASS_LIMIT, CLASS_UNKNOWN, CANCELLED
 */
export async function importMasks(
  project: OpenProject,
  { folder, format, options, imageIds }: ParamsOf<'import.masks'>,
  { signal, progress }: CallContext<Progress>,
): Promise<ResultOf<'import.masks'>> {
  for (const value of Object.values(options)) if (typeof value === 'number') classOf(project, value);
  const { name, reading } = await readingOf(format, folder);
  const source = await reading.open(folder, options, signal);
  const origin = `${name}, ${folder}`;
  const { matches, skipped } = wanted(project, source, folder, imageIds);
  const meter = new ProgressMeter(matches.length * 2, progress);
  const used = new Set<number>();
  for (const match of matches) {
    signal.throwIfAborted();
    for (const id of await check(project, match, source.classes)) used.add(id);
    meter.advance();
  }
  const said = source.meaning?.(used) ?? null;
  const taken = said === null && source.classes ? takeClasses(project, source.classes, used) : null;
  const meaning = said ?? taken?.meaning;
  let imported = 0;
  try {
    for (const { image, piece } of matches) {
      signal.throwIfAborted();
      const map = await piece.read(image);
      write(project, image.id, meaningful(map, meaning, source.rest ?? IGNORE), origin);
      imported++;
      meter.advance();
    }
  } catch (error) {
    if (imported === 0) throw error;
    const reason = signal.aborted ? 'it was cancelled' : toEspalierError(error).message;
    throw new EspalierError('IMPORT_PARTLY', { imported, total: matches.length, reason }, { cause: error });
  }
  return { imported, added: [...(taken?.added ?? [])], skipped };
}

/** What there is of the images asked for, and what is left out of it. @throws EspalierError IMPORT_NO_MATCH */
function wanted(
  project: OpenProject,
  source: Source,
  folder: string,
  imageIds: readonly number[] | null,
): { matches: Match[]; skipped: { name: string; reason: string }[] } {
  const all = matchPieces(project, source);
  const ids = imageIds && new Set(imageIds);
  const matches = all.matches.filter(({ image }) => ids?.has(image.id) ?? true);
  const leftOut = all.leftOut.filter((each) => ids === null || (each.imageIds?.some((id) => ids.has(id)) ?? true));
  const skipped = leftOut.map(({ name, reason }) => ({ name, reason }));
  for (const { image } of matches) ids?.delete(image.id);
  for (const id of ids ?? []) skipped.push({ name: imageOf(project, id).path, reason: 'it has no mask' });
  if (matches.length === 0) {
    const [first] = skipped;
    throw new EspalierError('IMPORT_NO_MATCH', { folder, first: first ? `${first.name}: ${first.reason}` : '' });
  }
  return { matches, skipped };
}

/** The numbers that occur in a label map, all of them known to the list that comes with it or, without one, to the project. */
async function check(project: OpenProject, { image, piece }: Match, list: ClassList | null): Promise<number[]> {
  const data = await piece.read(image);
  const known = new Set((list?.classes ?? project.queries.classes.list()).map(({ id }) => id)).add(IGNORE);
  const occurs = new Uint8Array(256);
  for (const id of data) occurs[id] = 1;
  const ids = [...occurs.keys()].filter((id) => occurs[id] === 1);
  const stranger = ids.find((id) => !known.has(id));
  if (stranger !== undefined) {
    throw new EspalierError('IMPORT_CLASS', { name: piece.name, id: stranger, where: list?.file ?? 'this project' });
  }
  return ids;
}

/** The project's classes of the numbers in a label map. */
function meaningful(map: Uint8Array, meaning: Uint8Array | undefined, rest: number): Uint8Array {
  const table = Uint8Array.from({ length: 256 }, (_, id) => meaning?.[id] ?? id);
  // A number that means nothing is no pixel without a number.
  table[IGNORE] = meaning && meaning[IGNORE] !== IGNORE ? meaning[IGNORE]! : rest;
  return map.map((id) => table[id]!);
}

function write({ labels }: OpenProject, imageId: number, mask: Uint8Array, origin: string): void {
  const before = labels.read(imageId);
  const after = mask.map((id, i) => (id === IGNORE ? before[i]! : id));
  const { revision } = labels.state(imageId);
  labels.apply({ imageId, revision, tool: 'import', source: 'imported', diff: diffOf(before, after), origin });
}
