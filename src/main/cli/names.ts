import { readFile } from 'node:fs/promises';
import { EspalierError } from '@shared/errors';
import type { Project } from '../host/project/project';

/** Images asked for at a time. */
const PAGE = 1000;

export interface NamedImage {
  readonly id: number;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** The name as the list gave it: the path without extension. */
  readonly name: string;
}

/** @throws EspalierError FILE_UNREADABLE */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new EspalierError('FILE_UNREADABLE', { file, reason: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

/** Names of images, one a line; empty lines are skipped. */
export async function readNames(file: string): Promise<string[]> {
  return (await readText(file))
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** @throws EspalierError IDS_UNKNOWN naming the first name that is no image of the project */
export async function namedImages(project: Project, file: string): Promise<NamedImage[]> {
  const names = await readNames(file);
  const found = await project.library.call('images.named', { names });
  const unknown = names.filter((_, i) => !found[i]);
  if (unknown.length > 0) throw new EspalierError('IDS_UNKNOWN', { count: unknown.length, file, name: unknown[0]! });
  return found.flatMap((image, i) => (image ? [{ ...image, name: names[i]! }] : []));
}

/** All readable images of the project, named by their paths without extension. */
export async function allImages(project: Project): Promise<NamedImage[]> {
  const images: NamedImage[] = [];
  const query = { filter: 'all', sort: 'name', search: '', runId: null } as const;
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const page = await project.library.call('images.list', { query, offset, limit: PAGE });
    const names = page.items.filter(({ status }) => status === 'ok').map(({ path }) => path.replace(/\.[^./]+$/, ''));
    const found = await project.library.call('images.named', { names });
    images.push(...found.flatMap((image, i) => (image ? [{ ...image, name: names[i]! }] : [])));
    total = page.total;
  }
  return images;
}
