import { readFile, realpath } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { EspalierError } from '@shared/errors';
import { PROJECT_OF_RUN, RUN_FILES, RunInputs } from '@shared/run';
import { isWithin } from '../../media/inside';

/** Paths looked up at once. */
const AT_ONCE = 64;

/**
 * The frozen inputs of the run in a folder, the paths of their images absolute. A run may come from a stranger: its images lie in its
 * project and its masks in its folder, wherever links lead.
 * @throws EspalierError FILE_UNREADABLE when they are gone or damaged; RUN_OUTSIDE
 */
export async function readInputs(runFolder: string): Promise<RunInputs> {
  const { labelled, unlabelled, ...inputs } = await parsedInputs(runFolder);
  const [own, project] = await Promise.all([realpath(runFolder), realpath(resolve(runFolder, PROJECT_OF_RUN))]);
  const masks = [...labelled.map(({ labels }) => labels), ...unlabelled.flatMap(({ rejected }) => rejected ?? [])];
  await refuseOutside(inputs.runId, own, masks);
  const images = [...labelled, ...unlabelled].map(({ path }) => path);
  await refuseOutside(inputs.runId, project, images);
  const absolute = <T extends { readonly path: string }>(image: T): T => ({ ...image, path: resolve(project, image.path) });
  return { ...inputs, labelled: labelled.map(absolute), unlabelled: unlabelled.map(absolute) };
}

async function parsedInputs(runFolder: string): Promise<RunInputs> {
  try {
    return RunInputs.parse(JSON.parse(await readFile(join(runFolder, RUN_FILES.inputs), 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? 'it is missing' : 'it is damaged';
    throw new EspalierError('FILE_UNREADABLE', { file: `${basename(runFolder)}/${RUN_FILES.inputs}`, reason }, { cause });
  }
}

/** A file that is gone is told of when it is read. @param root links resolved @throws EspalierError RUN_OUTSIDE */
async function refuseOutside(run: string, root: string, paths: readonly string[]): Promise<void> {
  const refuse = async (path: string): Promise<void> => {
    const file = resolve(root, path);
    if (!isWithin(root, await realpath(file).catch(() => file))) throw new EspalierError('RUN_OUTSIDE', { run, path });
  };
  for (let i = 0; i < paths.length; i += AT_ONCE) await Promise.all(paths.slice(i, i + AT_ONCE).map(refuse));
}
