import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EspalierError } from '@shared/errors';
import { RUN_FILES, RunInputs } from '@shared/run';

/**
 * The frozen inputs of the run in a folder.
 * @throws EspalierError FILE_UNREADABLE when they are gone or damaged
 */
export async function readInputs(runFolder: string): Promise<RunInputs> {
  const file = join(runFolder, RUN_FILES.inputs);
  try {
    return RunInputs.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? 'it is missing' : 'it is damaged';
    throw new EspalierError('FILE_UNREADABLE', { file: `${basename(runFolder)}/${RUN_FILES.inputs}`, reason }, { cause });
  }
}
