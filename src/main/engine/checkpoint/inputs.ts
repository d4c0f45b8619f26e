import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { EspalierError } from '@shared/errors';
import { PROJECT_OF_RUN, RUN_FILES, RunInputs } from '@shared/run';

/**
 * The frozen inputs of the run in a folder, the paths of their images absolute.
 * @throws EspalierError FILE_UNREADABLE when they are gone or damaged
 */
export async function readInputs(runFolder: string): Promise<RunInputs> {
  const file = join(runFolder, RUN_FILES.inputs);
  try {
    const inputs = RunInputs.parse(JSON.parse(await readFile(file, 'utf8')));
    const project = resolve(runFolder, PROJECT_OF_RUN);
    const absolute = <T extends { readonly path: string }>(image: T): T => ({ ...image, path: resolve(project, image.path) });
    return { ...inputs, labelled: inputs.labelled.map(absolute), unlabelled: inputs.unlabelled.map(absolute) };
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? 'it is missing' : 'it is damaged';
    throw new EspalierError('FILE_UNREADABLE', { file: `${basename(runFolder)}/${RUN_FILES.inputs}`, reason }, { cause });
  }
}
