import { readFile } from 'node:fs/promises';
import { EspalierError, reasonOf } from '@shared/errors';
import type { ResultOf } from '@shared/protocol';
import type { Project } from '../host/project/project';

/** Images asked for at a time. */
const PAGE = 1000;

/** An image; `name` is what its masks are called. */
export type NamedImage = ResultOf<'images.readable'>[number];
export type TruthImage = NamedImage & { readonly truth: string };

/** @throws EspalierError FILE_UNREADABLE */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new EspalierError('FILE_UNREADABLE', { file, reason: reasonOf(error) }, { cause: error });
  }
}

/** Names of images, one a line; empty lines are skipped. */
async function readNames(file: string): Promise<string[]> {
  return (await readText(file))
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/**
 * The images that the names of a list mean, each once.
 * @throws EspalierError FILE_UNREADABLE; IDS_UNKNOWN and IDS_AMBIGUOUS with the names
 */
export async function namedImages(project: Project, file: string): Promise<NamedImage[]> {
  const names = await readNames(file);
  const found = await project.library.call('images.named', { names });
  const unknown = names.filter((_, i) => found[i]!.length === 0);
  if (unknown.length > 0) throw new EspalierError('IDS_UNKNOWN', { count: unknown.length, file, names: some(unknown) });
  const ambiguous = names.flatMap((name, i) =>
    found[i]!.length > 1 ? [`${name} (${found[i]!.map((each) => each.name).join(', ')})`] : [],
  );
  if (ambiguous.length > 0) throw new EspalierError('IDS_AMBIGUOUS', { count: ambiguous.length, file, names: some(ambiguous) });
  return [...new Map(found.flat().map((image) => [image.id, image])).values()];
}

/** All readable images of the project. */
export async function allImages(project: Project): Promise<NamedImage[]> {
  const images: NamedImage[] = [];
  for (;;) {
    const page = await project.library.call('images.readable', { after: images.at(-1)?.id ?? 0, limit: PAGE });
    if (page.length === 0) return images;
    images.push(...page);
  }
}

/** Images with their truth masks. @throws EspalierError FOLDER_MISSING, IMPORT_FOLDER_EMPTY; TRUTH_MISSING with the names */
export async function withTruth(project: Project, images: readonly NamedImage[], folder: string): Promise<TruthImage[]> {
  const found = await project.library.call('masks.find', { folder, imageIds: images.map(({ id }) => id) });
  const missing = images.flatMap(({ name }, i) => {
    const each = found[i]!;
    return each.mask === null ? [`${name} (${each.reason})`] : [];
  });
  if (missing.length > 0) throw new EspalierError('TRUTH_MISSING', { count: missing.length, folder, names: some(missing) });
  return images.map((image, i) => ({ ...image, truth: found[i]!.mask! }));
}

/** The first few of a list, for a sentence. */
function some(names: readonly string[]): string {
  return names.slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '');
}
