import { randomBytes } from 'node:crypto';
import { access, lstat, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EspalierError, hasCode } from '@shared/errors';

/** Bytes of a file's name that every usual file system takes; whether it takes more is asked. */
const SURE_BYTES = 200;

/**
 * Makes sure, before anything is written, that masks can have their names in a folder: none is too long for it, and no two are one file
 * where upper and lower case (or Unicode forms) are the same.
 * @param folder exists and can be written in
 * @param names of the masks: paths inside the folder without `.png`
 * @param ignoresCase tells whether the folder takes upper and lower case for the same
 * @throws EspalierError MASK_NAME
 */
export async function checkMaskNames(
  folder: string,
  names: readonly string[],
  ignoresCase: (folder: string) => Promise<boolean> = probeCase,
): Promise<void> {
  const seen = new Map<string, string>();
  let ignored: boolean | null = null;
  for (const name of names) {
    await checkLength(folder, `${name}.png`);
    const key = name.normalize('NFC').toLowerCase();
    const other = seen.get(key);
    seen.set(key, name);
    if (other === undefined) continue;
    ignored ??= await ignoresCase(folder);
    if (ignored || name === other) throw refusal(folder, name, `there it is the same as ${other}.png`);
  }
}

async function checkLength(folder: string, file: string): Promise<void> {
  if (file.split('/').every((part) => Buffer.byteLength(part) <= SURE_BYTES)) return;
  try {
    await lstat(join(folder, file));
  } catch (error) {
    if (hasCode(error, 'ENAMETOOLONG')) throw refusal(folder, file.slice(0, -'.png'.length), 'it is too long');
    if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error;
  }
}

async function probeCase(folder: string): Promise<boolean> {
  const name = `.case-${randomBytes(4).toString('hex')}`;
  await writeFile(join(folder, name), '', { flag: 'wx' });
  try {
    return await access(join(folder, name.toUpperCase())).then(
      () => true,
      () => false,
    );
  } finally {
    await rm(join(folder, name));
  }
}

function refusal(folder: string, name: string, reason: string): EspalierError {
  return new EspalierError('MASK_NAME', { name: `${name}.png`, folder, reason });
}
