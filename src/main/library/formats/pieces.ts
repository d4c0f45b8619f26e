import { walkFiles } from '../images/walk';
import type { Piece, Source } from './base/format';

/**
 * The files with an ending (lower case, with its dot) at any depth, as pieces.
 * @param pieceOf null: it is none of them
 */
export async function piecesIn(
  folder: string,
  ending: string,
  signal: AbortSignal,
  pieceOf: (path: string, stem: string) => Piece | null,
): Promise<Pick<Source, 'pieces' | 'leftOut'>> {
  const [pieces, leftOut]: [Piece[], { name: string; reason: string }[]] = [[], []];
  const onProblem = (name: string, reason: string): void => void leftOut.push({ name, reason });
  for await (const path of walkFiles(folder, ending, { signal, onProblem })) {
    const piece = pieceOf(path, path.slice(0, -ending.length));
    if (piece) pieces.push(piece);
  }
  return { pieces, leftOut };
}

/** A path without its first folder, as where that is the name of a subset. */
export const withoutFirst = (path: string): string => path.slice(path.indexOf('/') + 1);
