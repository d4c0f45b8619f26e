import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { EspalierError } from '@shared/errors';
import { diffOf, IGNORE } from '@shared/mask';
import type { ParamsOf, Progress, ResultOf } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { problemOf } from '../../media/decode';
import { readPng } from '../../media/png';
import { findImage } from '../images/find';
import { lastPart, stemOf } from '../images/names';
import { walkFiles } from '../images/walk';
import { ProgressMeter } from '../progress';
import type { Project } from '../project';
import type { ImageRow } from '../queries/images';

interface Match {
  readonly image: ImageRow;
  /** The mask's path inside the folder. */
  readonly mask: string;
}

/**
 * Imports PNG masks (indexed or grey, class ids as pixel values) named like the images. 255 leaves a pixel as it is.
 * All masks are checked before the first one is written; each image's labels change by one edit that can be undone.
 * @throws EspalierError FOLDER_MISSING, IMPORT_*, CANCELLED
 */
export async function importMasks(
  project: Project,
  { folder, names }: ParamsOf<'import.masks'>,
  { signal, progress }: CallContext<Progress>,
): Promise<ResultOf<'import.masks'>> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw new EspalierError('FOLDER_MISSING', { folder }, { cause });
  });
  const { matches, skipped } = await matchMasks(project, root, names, signal);
  const meter = new ProgressMeter(matches.length * 2, progress);
  for (const match of matches) {
    signal.throwIfAborted();
    await readMask(project, root, match);
    meter.advance();
  }
  for (const match of matches) {
    signal.throwIfAborted();
    write(project, match.image.id, await readMask(project, root, match));
    meter.advance();
  }
  return { imported: matches.length, skipped };
}

/** Masks with their images; what has none is skipped: masks without an image, and wanted names without a mask. */
async function matchMasks(
  project: Project,
  root: string,
  names: readonly string[] | null,
  signal: AbortSignal,
): Promise<{ matches: Match[]; skipped: string[] }> {
  const wanted = names && new Set(names.map((name) => stemKey(name)));
  const matches = new Map<number, Match>();
  const skipped: string[] = [];
  let found = 0;
  for await (const mask of walkFiles(root, '.png', { signal })) {
    found++;
    const stem = stemOf(mask);
    const image = findImage(project.queries, stem) ?? findImage(project.queries, lastPart(stem));
    const key = image && [image.stem, lastPart(image.stem)].find((each) => wanted?.has(each));
    if (wanted && key === undefined) continue;
    if (image?.status === 'ok' && !matches.has(image.id)) {
      matches.set(image.id, { image, mask });
      wanted?.delete(key ?? '');
    } else skipped.push(mask);
  }
  if (found === 0) throw new EspalierError('IMPORT_FOLDER_EMPTY', { folder: root });
  if (matches.size === 0) throw new EspalierError('IMPORT_NO_MATCH', { folder: root });
  return { matches: [...matches.values()], skipped: [...skipped, ...(wanted ?? [])] };
}

const stemKey = (name: string): string => name.normalize('NFC').replaceAll('\\', '/');

/** The class ids of a mask, known to fit its image and the classes of the project. */
async function readMask(project: Project, root: string, { image, mask }: Match): Promise<Uint8Array> {
  const unreadable = (reason: string, cause?: unknown) => new EspalierError('IMPORT_UNREADABLE', { name: mask, reason }, { cause });
  const { kind, width, height, data } = await readPng(join(root, mask)).catch((error: unknown) => {
    throw unreadable(problemOf(error), error);
  });
  if (kind === 'rgb') throw unreadable('it is a colour picture');
  if (width !== image.width || height !== image.height) {
    throw new EspalierError('IMPORT_SIZE', { name: mask, found: `${width} × ${height}`, expected: `${image.width} × ${image.height}` });
  }
  const known = new Uint8Array(256);
  for (const { id } of project.queries.classes.list()) known[id] = 1;
  known[IGNORE] = 1;
  const stranger = data.find((id) => known[id] === 0);
  if (stranger !== undefined) throw new EspalierError('IMPORT_CLASS', { name: mask, id: stranger });
  return data;
}

function write({ labels }: Project, imageId: number, mask: Uint8Array): void {
  const before = labels.read(imageId);
  const after = mask.map((id, i) => (id === IGNORE ? before[i]! : id));
  const { revision } = labels.state(imageId);
  labels.apply({ imageId, revision, tool: 'import', source: 'imported', diff: diffOf(before, after) });
}
