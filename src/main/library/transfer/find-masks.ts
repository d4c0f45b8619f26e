import { join } from 'node:path';
import type { ParamsOf, ResultOf } from '@shared/protocol';
import { maskFolder, masksIn } from '../formats/masks';
import type { OpenProject } from '../project/open-project';
import { matchPieces } from './match';

/** The mask of each image in a folder, as an import would take it; where there is none for sure, the reason. @throws EspalierError FOLDER_MISSING, IMPORT_FOLDER_EMPTY */
export async function findMasks(
  project: OpenProject,
  { folder, imageIds }: ParamsOf<'masks.find'>,
  signal: AbortSignal,
): Promise<ResultOf<'masks.find'>> {
  const root = await maskFolder(folder);
  const { matches, leftOut } = matchPieces(project, await masksIn(root, signal));
  const masks = new Map(matches.map(({ image, piece }) => [image.id, piece.name]));
  const reasons = new Map(
    leftOut.flatMap(({ name, reason, imageIds: ids }) => ids?.map((id) => [id, `${name}: ${reason}`] as const) ?? []),
  );
  const unknown = leftOut.find(({ imageIds: ids }) => ids === null);
  const none = `there is none of its name${unknown ? `, and ${unknown.name} was left out: ${unknown.reason}` : ''}`;
  return imageIds.map((id) => {
    const mask = masks.get(id);
    return mask === undefined ? { mask: null, reason: reasons.get(id) ?? none } : { mask: join(root, mask) };
  });
}
