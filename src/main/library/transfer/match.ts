import { findImagesNamed } from '../images/find';
import type { OpenProject } from '../project/open-project';
import type { ImageRow } from '../queries/images';
import type { Piece, Source } from '../formats/base/format';

export interface Match {
  readonly image: ImageRow;
  readonly piece: Piece;
}

/** What belongs to no image for sure, and the images that it might belong to; null where that cannot be told. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
  readonly imageIds: readonly number[] | null;
}

export interface Matched {
  /** One piece at most for each readable image. */
  readonly matches: readonly Match[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Which piece belongs to which image, by the names that both have (see `findImagesNamed`). Of several pieces of an image the one whose
 * name fits most closely counts; where several fit alike, none does.
 */
export function matchPieces({ queries }: OpenProject, source: Pick<Source, 'pieces' | 'leftOut'>): Matched {
  const leftOut: LeftOut[] = source.leftOut.map((each) => ({ ...each, imageIds: null }));
  const claims = new Map<number, Claim[]>();
  for (const piece of source.pieces) {
    const { rank, images } = meaningOf(piece);
    const [image] = images;
    if (!image) leaveOut(piece, 'no image has this name');
    else if (images.length > 1) leaveOut(piece, `it may belong to ${list(images.map(({ path }) => path))}`, images);
    else if (image.status !== 'ok') leaveOut(piece, `its image ${image.path} cannot be read`, images);
    else claims.set(image.id, [...(claims.get(image.id) ?? []), { image, piece, rank }]);
  }
  const matches: Match[] = [];
  for (const all of claims.values()) {
    const closest = Math.min(...all.map(({ rank }) => rank));
    const best = all.filter(({ rank }) => rank === closest);
    if (best.length === 1) matches.push(best[0]!);
    for (const claim of all) {
      if (best.length > 1) leaveOut(claim.piece, `several masks may belong to ${claim.image.path}`, [claim.image]);
      else if (claim !== best[0]) leaveOut(claim.piece, `${best[0]!.piece.name} fits ${claim.image.path} more closely`, [claim.image]);
    }
  }
  return { matches, leftOut };

  /** Of the first name that is the path of an image; of the first that is the name of a file in whatever folder, where none is. */
  function meaningOf({ imageNames }: Piece): { readonly rank: number; readonly images: readonly ImageRow[] } {
    const found = imageNames.map((name, i) => {
      const { rank, images } = findImagesNamed(queries, name);
      return { rank: rank < 2 ? 2 * i + rank : 2 * imageNames.length + i, images };
    });
    return found.filter(({ images }) => images.length > 0).sort((a, b) => a.rank - b.rank)[0] ?? { rank: 0, images: [] };
  }

  function leaveOut({ name }: Piece, reason: string, images: readonly ImageRow[] = []): void {
    leftOut.push({ name, reason, imageIds: images.map(({ id }) => id) });
  }
}

interface Claim extends Match {
  readonly rank: number;
}

function list(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
