import { basename } from 'node:path';
import { EspalierError } from '@shared/errors';

/** A file that cannot be used, and why: the message is the reason in plain words, to stand in brackets behind its name. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** Runs something that reads `file`, turning its failure into IMAGE_UNREADABLE with a reason: `otherwise` where none is known. */
export async function readable<T>(file: string, read: () => Promise<T>, otherwise = 'its content is damaged'): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof EspalierError) throw error;
    throw new EspalierError('IMAGE_UNREADABLE', { name: basename(file), reason: reasonOf(error, otherwise) }, { cause: error });
  }
}

/** Why an image cannot be used, without its name: for the index and for lists. */
export function problemOf(error: unknown): string {
  if (!(error instanceof EspalierError)) return reasonOf(error);
  const { width, height, limit, needed, reason } = error.params;
  if (error.code === 'IMAGE_TOO_LARGE') return `it is ${width} × ${height} pixels, more than the ${limit} megapixels allowed`;
  if (error.code === 'IMAGE_MEMORY') return `reading it takes ${needed} GB of memory, more than the ${limit} GB allowed`;
  return typeof reason === 'string' ? reason : error.message;
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file is no longer there',
  ENOTDIR: 'the file is no longer there',
  EACCES: 'reading it is not permitted',
  EPERM: 'reading it is not permitted',
  EISDIR: 'it is a folder',
  EIO: 'the disk reports an error',
  EMFILE: 'too many files are open',
};

/**
 * A failure in words a user can act on; the original stays the error's cause. What a decoder says of itself is not among them: libvips
 * keeps its messages in one place for all jobs, so that one may hold another's words, or none.
 */
function reasonOf(error: unknown, otherwise = 'its content is damaged'): string {
  if (error instanceof UnreadableError) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return SYSTEM_REASONS[code] ?? otherwise;
}
