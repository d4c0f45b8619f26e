import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { EspalierError, hasCode, isMissing } from '@shared/errors';
import { syncFolder, writeFileAtomic } from '../../media/files';
import type { Entries } from '../formats/base/format';
import { entriesOf } from '../formats/registry';
import { BESIDE } from './provenance';

/**
 * An export is the entries of its format (files and folders) and the seal, all in one folder. The seal says what the export is; it is
 * moved away first and put there last, so that whatever has it is complete.
 */
const SEAL = 'export.json';

/** What the seal says that a later export needs to know: which entries belong to the export, and what is in them. */
const Seal = z.object({
  format: z.string().default('masks'),
  /** Images that it has. */
  masks: z.number().int().nonnegative(),
  /** Files in the folders among its entries; null: as many as masks, for exports of the first version. */
  files: z.number().int().nonnegative().nullable().default(null),
  /** Endings of their names. */
  endings: z.array(z.string()).default(['.png']),
  /** Entries that lie beside those of the format; none in exports of earlier versions. */
  beside: z.object({ folders: z.array(z.enum(BESIDE.folders)), files: z.array(z.enum(BESIDE.files)) }).default({ folders: [], files: [] }),
});

const NONE: Entries = { folders: [], files: [] };

/** What is told of a set that was written. */
interface Written {
  readonly format: string;
  readonly masks: number;
  readonly beside: Entries;
}

const ASIDE = /^\.espalier-export-(\d+)-[0-9a-f]{8}$/;
/** Folders that this process is writing into. */
const live = new Set<string>();

/**
 * Writes an export beside the one that may be in a folder, and puts it in its place when it is complete: after a failure, an abort or
 * the death of the process, the folder holds the old one or the new one as a whole. An export that died while changing places is brought
 * to its end by the next one.
 * @param folder exists
 * @param entries of the export's format, all of which `write` makes
 * @param write fills a folder and tells what its seal is to say
 * @throws EspalierError EXPORT_FOREIGN, before anything is written, when the folder holds files of these names that no export wrote
 */
export async function writeExport<R extends Written>(folder: string, entries: Entries, write: (aside: string) => Promise<R>): Promise<R> {
  await finishOthers(folder);
  await checkReplaceable(folder, entries);
  const name = `.espalier-export-${process.pid}-${randomBytes(4).toString('hex')}`;
  const aside = join(folder, name);
  live.add(name);
  try {
    const next = join(aside, 'new');
    await mkdir(next, { recursive: true });
    const seal = await write(next);
    const written = (await Promise.all(entries.folders.map((entry) => filesIn(next, entry)))).flat();
    const inside = { files: written.length, endings: [...new Set(written.map(endingOf))] };
    await writeFileAtomic(join(next, SEAL), `${JSON.stringify({ by: 'Espalier', ...seal, ...inside }, null, 2)}\n`);
    await syncFolder(aside);
    await replace(folder, aside);
    return seal;
  } finally {
    await putBack(folder, aside, entries);
    await removeAside(aside);
    live.delete(name);
  }
}

/** Puts a complete set in the place of the old one; can be called again at whatever point it was cut short. */
async function replace(folder: string, aside: string): Promise<void> {
  const [next, old] = [join(aside, 'new'), join(aside, 'old')];
  await mkdir(old, { recursive: true });
  const coming = new Set(await readdir(next));
  // The seal comes last: without it, everything has come.
  if (!coming.delete(SEAL)) return syncFolder(folder);
  const arrived = (name: string): boolean => !coming.has(name);
  const own = namesOf(sealed(await readSeal(join(next, SEAL)))).filter(arrived);
  const before = (await readSeal(join(old, SEAL))) ?? (await readSeal(join(folder, SEAL)));
  await moveIfThere(join(folder, SEAL), join(old, SEAL));
  for (const name of new Set([...namesOf(sealed(before)), ...coming])) {
    if (!own.includes(name)) await moveIfThere(join(folder, name), join(old, name));
  }
  for (const name of coming) await rename(join(next, name), join(folder, name));
  await rename(join(next, SEAL), join(folder, SEAL));
  await syncFolder(folder);
}

/** Undoes a `replace` that failed half-way, so that removing what lies aside never takes the old export with it. */
async function putBack(folder: string, aside: string, entries: Entries): Promise<void> {
  const [next, old] = [join(aside, 'new'), join(aside, 'old')];
  if (!(await isThere(old)) || (await isThere(join(folder, SEAL)))) return;
  for (const name of namesOf(entries)) if (!(await isThere(join(next, name)))) await moveIfThere(join(folder, name), join(next, name));
  for (const name of (await readdir(old)).filter((each) => each !== SEAL)) await rename(join(old, name), join(folder, name));
  await moveIfThere(join(old, SEAL), join(folder, SEAL));
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
async function checkReplaceable(folder: string, entries: Entries): Promise<void> {
  const foreign = (found: string) => new EspalierError('EXPORT_FOREIGN', { folder, found });
  const seal = await readSeal(join(folder, SEAL));
  const earlier = sealed(seal);
  let files = 0;
  for (const name of new Set([...earlier.folders, ...entries.folders])) {
    const there = await lstat(join(folder, name)).catch(() => null);
    if (!there) continue;
    if (!there.isDirectory()) throw foreign(name);
    const inside = await filesIn(folder, name);
    const own = seal !== null && earlier.folders.includes(name);
    const stranger = own ? inside.find((file) => !seal.endings.includes(endingOf(file))) : inside[0];
    if (stranger !== undefined) throw foreign(stranger);
    files += inside.length;
  }
  const written = seal ? (seal.files ?? seal.masks) : 0;
  if (files > written) throw foreign(`${files - written} more files than the earlier export wrote`);
  for (const name of new Set([...earlier.files, ...entries.files, SEAL])) {
    const there = await lstat(join(folder, name)).catch(() => null);
    const own = seal !== null && (name === SEAL || earlier.files.includes(name));
    if (there && !(own && there.isFile())) throw foreign(name);
  }
}

/** Files at any depth but the hidden ones, which file managers leave behind; with forward slashes. */
async function filesIn(folder: string, entry: string): Promise<string[]> {
  const entries = await readdir(join(folder, entry), { recursive: true, withFileTypes: true });
  const files = entries.filter((each) => !each.isDirectory() && !each.name.startsWith('.'));
  return files.map((each) => relative(folder, join(each.parentPath, each.name)).replaceAll(sep, '/'));
}

const endingOf = (file: string): string => extname(file).toLowerCase();

const namesOf = ({ folders, files }: Entries): string[] => [...folders, ...files];

/** The entries of the export that a seal is of. */
function sealed(seal: z.infer<typeof Seal> | null): Entries {
  const own = (seal && entriesOf(seal.format)) ?? NONE;
  return seal ? { folders: [...own.folders, ...seal.beside.folders], files: [...own.files, ...seal.beside.files] } : own;
}

/** Null when there is none, or one that no export wrote. */
async function readSeal(file: string): Promise<z.infer<typeof Seal> | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'EISDIR')) return null;
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
    if (!isMissing(error)) throw error;
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
    return hasCode(error, 'EPERM');
  }
}
