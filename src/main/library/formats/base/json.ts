import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { z } from 'zod';
import { EspalierError } from '@shared/errors';
import { problemOf } from '../../../media/failure';
import { readEnds } from '../../../media/files';

/** Bytes of a text that is read as a whole; more than any string can hold is refused before it is read. */
const TEXT_LIMIT = 512 * 2 ** 20;
/** Bytes from which a file is recognised. */
const HEAD = 64 * 2 ** 10;

export const unreadable = (name: string, reason: string, cause?: unknown): EspalierError =>
  new EspalierError('IMPORT_UNREADABLE', { name, reason }, { cause });

/** @throws EspalierError IMPORT_UNREADABLE */
export async function readText(file: string): Promise<string> {
  const name = basename(file);
  try {
    const { size } = await stat(file);
    if (size >= TEXT_LIMIT) throw unreadable(name, `it is larger than ${TEXT_LIMIT / 2 ** 20} MB`);
    return await readFile(file, 'utf8');
  } catch (error) {
    throw error instanceof EspalierError ? error : unreadable(name, problemOf(error), error);
  }
}

/** @throws EspalierError IMPORT_UNREADABLE when it is no JSON, or of another shape */
export async function readJson<S extends z.ZodType>(file: string, schema: S): Promise<z.output<S>> {
  const text = await readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw unreadable(basename(file), 'it is not valid JSON', error);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unreadable(basename(file), `${issue!.path.join('.') || 'its content'}: ${issue!.message}`, parsed.error);
}

/** The beginning of a file as text; empty when it cannot be read. */
export async function headOf(file: string): Promise<string> {
  const ends = await readEnds(file, HEAD).catch(() => null);
  return ends?.head.toString('utf8') ?? '';
}
