import type { ParamsOf, ResultOf } from '@shared/protocol';
import { readingOf } from '../formats/registry';
import type { OpenProject } from '../project/open-project';
import { matchPieces } from './match';

/** What is told by name of what an import leaves out. */
const EXAMPLES = 20;

/** What a folder holds for the project, before anything is imported. @throws EspalierError FOLDER_MISSING, FORMAT_*, IMPORT_*, CLASS_LIST_INVALID */
export async function lookAt(
  project: OpenProject,
  { folder, format, options }: ParamsOf<'import.look'>,
  signal: AbortSignal,
): Promise<ResultOf<'import.look'>> {
  const { id, reading } = await readingOf(format, folder);
  const source = await reading.open(folder, options, signal);
  const { matches, leftOut } = matchPieces(project, source);
  return {
    format: id,
    images: matches.length,
    classes: source.classes?.classes.map(({ name }) => name) ?? null,
    values: (await source.values?.()) ?? null,
    leftOut: leftOut.length,
    examples: leftOut.slice(0, EXAMPLES).map(({ name, reason }) => ({ name, reason })),
  };
}
