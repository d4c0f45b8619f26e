import { existsSync } from 'node:fs';
import { EspalierError, isDenied, isDiskFull } from '@shared/errors';
import type { Layout } from '../files/layout';

/** Gives failures of SQLite and of the file system their sentence. */
export function databaseError(error: unknown, layout: Layout): unknown {
  if (error instanceof EspalierError || !(error instanceof Error) || !('code' in error) || error.name === 'AbortError') return error;
  const code = String(error.code);
  const failure = (...args: ConstructorParameters<typeof EspalierError>) => new EspalierError(args[0], args[1], { cause: error });
  if (isDiskFull(error)) return failure('DISK_FULL');
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return failure('PROJECT_IN_USE');
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return damaged(layout, error);
  // A folder that went away is no fault of permissions.
  if (!existsSync(layout.folder)) return failure('FOLDER_MISSING', { folder: layout.folder });
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO') return failure('DISK_ERROR', { where: layout.folder });
  if (/^SQLITE_(READONLY|CANTOPEN|PERM)/.test(code) || (isDenied(error) && concerns(error, layout))) {
    return failure('FOLDER_READ_ONLY', { folder: layout.folder });
  }
  return error;
}

/** The error of a database that is not sound, or not ours. */
export function damaged({ folder, backups }: Layout, cause?: unknown): EspalierError {
  return new EspalierError('PROJECT_DAMAGED', { folder, backups }, { cause });
}

function concerns(error: Error, layout: Layout): boolean {
  return 'path' in error && (error.path === layout.folder || String(error.path).startsWith(layout.home));
}
