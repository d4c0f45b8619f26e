import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EspalierError } from '@shared/errors';
import { findImagesOfMask, type Meaning } from '../images/find';
import { walkFiles } from '../images/walk';
import type { OpenProject } from '../project/open-project';
import type { ImageRow } from '../queries/images';

export interface MaskMatch {
  readonly image: ImageRow;
  /** The mask's path inside the folder, forward slashes. */
  readonly mask: string;
}

/** A mask that belongs to no image for sure, and the images that it might belong to; null where that cannot be told. */
export interface LeftOutMask {
  readonly mask: string;
  readonly reason: string;
  readonly imageIds: readonly number[] | null;
}

export interface MatchedMasks {
  /** One mask at most for each readable image. */
  readonly matches: readonly MaskMatch[];
  readonly leftOut: readonly LeftOutMask[];
}

/** The folder that masks are read from: `masks` of a folder that was exported, else the folder itself. @throws EspalierError FOLDER_MISSING */
export async function maskFolder(chosen: string): Promise<string> {
  const folder = await realpath(chosen).catch((cause: unknown) => {
    throw new EspalierError('FOLDER_MISSING', { folder: chosen }, { cause });
  });
  const exported = [join(folder, 'classes.json'), join(folder, 'masks')];
  const [list, masks] = await Promise.all(exported.map((path) => stat(path).catch(() => null)));
  return list?.isFile() && masks?.isDirectory() ? join(folder, 'masks') : folder;
}

/**
 * Which mask in a folder belongs to which image, by the names that both have (see `findImagesOfMask`). Of several masks of an image the
 * one whose name fits most closely counts; where several fit alike, none does.
 * @throws EspalierError IMPORT_FOLDER_EMPTY
 */
export async function matchMasks({ queries }: OpenProject, folder: string, signal: AbortSignal): Promise<MatchedMasks> {
  const leftOut: LeftOutMask[] = [];
  const claims = new Map<number, Claim[]>();
  let found = 0;
  for await (const mask of walkFiles(folder, '.png', { signal, onProblem })) {
    found++;
    const { rank, images } = findImagesOfMask(queries, mask);
    const [image] = images;
    if (!image) leaveOut(mask, 'no image has this name');
    else if (images.length > 1) leaveOut(mask, `it may belong to ${list(images.map(({ path }) => path))}`, images);
    else if (image.status !== 'ok') leaveOut(mask, `its image ${image.path} cannot be read`, images);
    else claims.set(image.id, [...(claims.get(image.id) ?? []), { image, mask, rank }]);
  }
  if (found === 0 && leftOut.length === 0) throw new EspalierError('IMPORT_FOLDER_EMPTY', { folder });
  const matches: MaskMatch[] = [];
  for (const all of claims.values()) {
    const closest = Math.min(...all.map(({ rank }) => rank));
    const best = all.filter(({ rank }) => rank === closest);
    if (best.length === 1) matches.push(best[0]!);
    for (const claim of all) {
      if (best.length > 1) leaveOut(claim.mask, `several masks may belong to ${claim.image.path}`, [claim.image]);
      else if (claim !== best[0]) leaveOut(claim.mask, `${best[0]!.mask} fits ${claim.image.path} more closely`, [claim.image]);
    }
  }
  return { matches, leftOut };

  function onProblem(mask: string, reason: string): void {
    leftOut.push({ mask, reason, imageIds: null });
  }

  function leaveOut(mask: string, reason: string, images: readonly ImageRow[] = []): void {
    leftOut.push({ mask, reason, imageIds: images.map(({ id }) => id) });
  }
}

interface Claim extends MaskMatch {
  readonly rank: Meaning['rank'];
}

function list(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
