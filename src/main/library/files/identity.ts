import { statSync, type BigIntStats } from 'node:fs';

/** What makes a file the same one under whatever path. */
export type FileIdentity = Pick<BigIntStats, 'dev' | 'ino'>;

/** The file at a path now; null when there is none that can be reached. */
export function fileAt(path: string): FileIdentity | null {
  try {
    // Numbers of files may have more bits than a double.
    const { dev, ino } = statSync(path, { bigint: true });
    return { dev, ino };
  } catch {
    return null;
  }
}

export const sameFile = (a: FileIdentity | null, b: FileIdentity | null): boolean =>
  a !== null && b !== null && a.dev === b.dev && a.ino === b.ino;
