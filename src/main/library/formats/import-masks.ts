import { join } from 'node:path';
import { EspalierError, toEspalierError } from '@shared/errors';
import { diffOf, IGNORE } from '@shared/mask';
import type { ParamsOf, Progress, ResultOf } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { problemOf } from '../../media/failure';
import { readPng, readPngHeader } from '../../media/png';
import { classOf } from '../classes/classes';
import { ProgressMeter } from '../progress/meter';
import { imageOf, type OpenProject } from '../project/open-project';
import { readClassList, takeClasses, type ClassList } from './class-list';
import { maskFolder, matchMasks, type MaskMatch } from './match-masks';

/**
 * Imports PNG masks (indexed or grey, class ids as pixel values) named like the images. 255 leaves a pixel as it is. What the numbers mean
 * is said by the class list beside the masks or, where there is none, by the project; masks of 0 and 255 alone, as black and white pictures
 * have them, are taken only when it is said what 255 is.
 * All masks are checked before the first one is written; each image's labels change by one edit that can be undone.
 * @throws EspalierError FOLDER_MISSING, IMPORT_*, CLASS_LIST_INVALID, CLASS_LIMIT, CANCELLED
 */
export async function importMasks(
  project: OpenProject,
  { folder, imageIds, white }: ParamsOf<'import.masks'>,
  { signal, progress }: CallContext<Progress>,
): Promise<ResultOf<'import.masks'>> {
  const root = await maskFolder(folder);
  const list = await readClassList(root);
  const { matches, skipped } = await wantedMasks(project, root, imageIds, signal);
  const meter = new ProgressMeter(matches.length * 2, progress);
  const used = new Set<number>();
  for (const match of matches) {
    signal.throwIfAborted();
    for (const id of await checkMask(project, root, match, list)) used.add(id);
    meter.advance();
  }
  const binary = !list && used.has(IGNORE) && [...used].every((id) => id === 0 || id === IGNORE);
  if (binary && white === undefined) throw new EspalierError('IMPORT_BINARY', { folder });
  const taken = list && takeClasses(project, list, used);
  const meaning = binary ? meaningOfWhite(project, white ?? IGNORE) : taken?.meaning;
  let imported = 0;
  try {
    for (const match of matches) {
      signal.throwIfAborted();
      const mask = await readMask(root, match);
      write(project, match.image.id, meaning ? mask.map((id) => meaning[id]!) : mask);
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

/** What numbers mean in masks of 0 and 255. @throws EspalierError CLASS_UNKNOWN */
function meaningOfWhite(project: OpenProject, white: number): Uint8Array {
  if (white !== IGNORE) classOf(project, white);
  return new Uint8Array(256).fill(IGNORE).fill(0, 0, 1).fill(white, IGNORE);
}

/** The masks of the images asked for, and what is left out of them. @throws EspalierError IMPORT_NO_MATCH */
async function wantedMasks(
  project: OpenProject,
  folder: string,
  imageIds: readonly number[] | null,
  signal: AbortSignal,
): Promise<{ matches: MaskMatch[]; skipped: { name: string; reason: string }[] }> {
  const all = await matchMasks(project, folder, signal);
  const wanted = imageIds && new Set(imageIds);
  const matches = all.matches.filter(({ image }) => wanted?.has(image.id) ?? true);
  const leftOut = all.leftOut.filter(({ imageIds: ids }) => wanted === null || (ids?.some((id) => wanted.has(id)) ?? true));
  const skipped = leftOut.map(({ mask, reason }) => ({ name: mask, reason }));
  for (const { image } of matches) wanted?.delete(image.id);
  for (const id of wanted ?? []) skipped.push({ name: imageOf(project, id).path, reason: 'it has no mask' });
  if (matches.length === 0) {
    const [first] = skipped;
    throw new EspalierError('IMPORT_NO_MATCH', { folder, first: first ? `${first.name}: ${first.reason}` : '' });
  }
  return { matches, skipped };
}

/** The class numbers of a mask, which is known to fit its image. */
async function readMask(folder: string, { image, mask }: MaskMatch): Promise<Uint8Array> {
  const unreadable = (reason: string, cause?: unknown) => new EspalierError('IMPORT_UNREADABLE', { name: mask, reason }, { cause });
  const refuse = (error: unknown): never => {
    throw unreadable(problemOf(error), error);
  };
  const file = join(folder, mask);
  const { kind, width, height } = await readPngHeader(file).catch(refuse);
  if (kind === 'rgb') throw unreadable('it is a colour picture');
  if (width !== image.width || height !== image.height) {
    throw new EspalierError('IMPORT_SIZE', { name: mask, found: `${width} × ${height}`, expected: `${image.width} × ${image.height}` });
  }
  return (await readPng(file).catch(refuse)).data;
}

/** The numbers that occur in a mask, all of them known to the list beside it or, without one, to the project. */
async function checkMask(project: OpenProject, folder: string, match: MaskMatch, list: ClassList | null): Promise<number[]> {
  const data = await readMask(folder, match);
  const known = new Set((list?.classes ?? project.queries.classes.list()).map(({ id }) => id)).add(IGNORE);
  const occurs = new Uint8Array(256);
  for (const id of data) occurs[id] = 1;
  const ids = [...occurs.keys()].filter((id) => occurs[id] === 1);
  const stranger = ids.find((id) => !known.has(id));
  if (stranger !== undefined) {
    throw new EspalierError('IMPORT_CLASS', { name: match.mask, id: stranger, where: list?.file ?? 'this project' });
  }
  return ids;
}

function write({ labels }: OpenProject, imageId: number, mask: Uint8Array): void {
  const before = labels.read(imageId);
  const after = mask.map((id, i) => (id === IGNORE ? before[i]! : id));
  const { revision } = labels.state(imageId);
  labels.apply({ imageId, revision, tool: 'import', source: 'imported', diff: diffOf(before, after) });
}
