import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { EspalierError, isMissing } from '@shared/errors';
import { syncFolder, writeFileAtomic } from '../../media/files';
import type { ModelDescription } from './description';

/** What the model is; it lies beside it. */
const DESCRIPTION_FILE = 'espalier.json';
const Described = z.object({ by: z.literal('Espalier'), files: z.array(z.string()) });

/**
 * Writes a model into a folder of its own, in the place of the one that may be there: whole or not at all.
 * @param files their content by name
 * @throws EspalierError MODEL_FOREIGN when the folder holds anything else; DISK_FULL
 */
export async function writeModelFolder(
  folder: string,
  description: ModelDescription,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<{ folder: string; files: string[]; bytes: number }> {
  await mkdir(dirname(resolve(folder)), { recursive: true });
  const target = join(await realpath(dirname(resolve(folder))), basename(resolve(folder)));
  const isThere = await checkReplaceable(target);
  const aside = (what: string): string => join(dirname(target), `.espalier-model-${randomBytes(8).toString('hex')}.${what}`);
  const [next, old] = [aside('new'), aside('old')];
  const names = Object.keys(files);
  const all = { ...files, [DESCRIPTION_FILE]: `${JSON.stringify({ ...description, files: names }, null, 2)}\n` };
  try {
    await mkdir(next);
    for (const [name, content] of Object.entries(all)) await writeFileAtomic(join(next, name), content);
    if (isThere) await rename(target, old);
    await rename(next, target).catch(async (error: unknown) => {
      if (isThere) await rename(old, target);
      throw error;
    });
    await syncFolder(dirname(target));
  } finally {
    await rm(next, { recursive: true, force: true });
  }
  await rm(old, { recursive: true, force: true });
  const bytes = Object.values(files).reduce((sum, content) => sum + Buffer.byteLength(content), 0);
  return { folder: target, files: names, bytes };
}

/** Whether there is a folder to be replaced: an empty one, or one that holds a model and nothing else. */
async function checkReplaceable(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (names === null) return false;
  const described = names.includes(DESCRIPTION_FILE) ? await describedFiles(join(folder, DESCRIPTION_FILE)) : [];
  const found = names.find((name) => !described.includes(name));
  if (found !== undefined) throw new EspalierError('MODEL_FOREIGN', { folder, found });
  return true;
}

/** The files of the model that a description is of, and itself; none when it is of none. */
async function describedFiles(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  try {
    return [...Described.parse(JSON.parse(text)).files, DESCRIPTION_FILE];
  } catch {
    return [];
  }
}
