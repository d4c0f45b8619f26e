import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { EspalierError } from '@shared/errors';
import { syncFolder, writeFileAtomic } from '../../media/files';

/**
 * The files of an export, all in one folder: masks, the list of classes, and what the export is. The last one is the seal: it is moved
 * away first and put there last, so that whatever has it is complete.
 */
export const SET = { masks: 'masks', classes: 'classes.json', seal: 'export.json' } as const;

/** What the seal says that a later export needs to know: how many masks belong to it. */
const Seal = z.object({ masks: z.number().int().nonnegative() });

const ASIDE = /^\.espalier-export-(\d+)-[0-9a-f]{8}$/;
/** Folders that this process is writing into. */
const live = new Set<string>();

/**
 * Writes an export beside the one that may be in a folder, and puts it in its place when it is complete: after a failure, an abort or
 * the death of the process, the folder holds the old one or the new one as a whole. An export that died while changing places is brought
 * to its end by the next one.
 * @param folder exists
 * @param write fills a folder and tells what its seal is to say
 * @throws EspalierError EXPORT_FOREIGN, before anything is written, when the folder holds files of these names that no export wrote
 */
export async function writeExport<R extends { readonly masks: number }>(folder: string, write: (aside: string) => Promise<R>): Promise<R> {
  await finishOthers(folder);
  await checkReplaceable(folder);
  const name = `.espalier-export-${process.pid}-${randomBytes(4).toString('hex')}`;
  const aside = join(folder, name);
  live.add(name);
  try {
    const next = join(aside, 'new');
    await mkdir(join(next, SET.masks), { recursive: true });
    const seal = await write(next);
    await writeFileAtomic(join(next, SET.seal), `${JSON.stringify({ by: 'Espalier', ...seal }, null, 2)}\n`);
    await syncFolder(aside);
    await replace(folder, aside);
    return seal;
  } finally {
    await putBack(folder, aside);
    await removeAside(aside);
    live.delete(name);
  }
}

/** Puts a complete set in the place of the old one; can be called again at whatever point it was cut short. */
async function replace(folder: string, aside: string): Promise<void> {
  const [next, old] = [join(aside, 'new'), join(aside, 'old')];
  await mkdir(old, { recursive: true });
  const coming = new Set(await readdir(next));
  for (const name of [SET.seal, SET.classes, SET.masks]) if (coming.has(name)) await moveIfThere(join(folder, name), join(old, name));
  for (const name of [SET.masks, SET.classes, SET.seal]) if (coming.has(name)) await rename(join(next, name), join(folder, name));
  await syncFolder(folder);
}

/** Undoes a `replace` that failed half-way, so that removing what lies aside never takes the old export with it. */
async function putBack(folder: string, aside: string): Promise<void> {
  const [next, old] = [join(aside, 'new'), join(aside, 'old')];
  if (!(await isThere(old)) || (await isThere(join(folder, SET.seal)))) return;
  for (const name of [SET.masks, SET.classes, SET.seal]) {
    if (!(await isThere(join(next, name)))) await moveIfThere(join(folder, name), join(next, name));
    await moveIfThere(join(old, name), join(folder, name));
  }
}

/** Removes what lies aside: first what says that places are being changed, so that a death meanwhile leaves nothing to be gone on with. */
async function removeAside(aside: string): Promise<void> {
  for (const each of [join(aside, 'old'), aside]) await rm(each, { recursive: true, force: true });
}

/** Ends what processes that have died left behind: exports that were complete are put in place, the others removed. */
async function finishOthers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = ASIDE.exec(name)?.[1];
    if (pid === undefined || live.has(name) || isAlive(Number(pid))) continue;
    const aside = join(folder, name);
    if (await isThere(join(aside, 'old'))) await replace(folder, aside);
    await removeAside(aside);
  }
}

/** An export takes the place of an earlier one only: nothing that somebody else put there is removed. */
async function checkReplaceable(folder: string): Promise<void> {
  const foreign = (found: string) => new EspalierError('EXPORT_FOREIGN', { folder, found });
  const masks = join(folder, SET.masks);
  const there = await lstat(masks).catch(() => null);
  if (there && !there.isDirectory()) throw foreign(SET.masks);
  const files = there ? await filesIn(masks) : [];
  const seal = await readSeal(join(folder, SET.seal));
  const stranger = seal ? files.find((file) => !file.toLowerCase().endsWith('.png')) : files[0];
  if (stranger !== undefined) throw foreign(`${SET.masks}/${stranger}`);
  if (seal && files.length > seal.masks) throw foreign(`${files.length - seal.masks} more masks than the earlier export wrote`);
  if (seal) return;
  for (const name of [SET.classes, SET.seal]) if (await isThere(join(folder, name))) throw foreign(name);
}

/** Files at any depth but the hidden ones, which file managers leave behind. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'));
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** Null when there is none, or one that no export wrote. */
async function readSeal(file: string): Promise<z.infer<typeof Seal> | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR')) return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return Seal.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

async function moveIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
