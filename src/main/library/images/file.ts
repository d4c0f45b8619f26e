import { join } from 'node:path';
import type { Project } from '../project';
import type { ImageRow } from '../queries/images';

/** An image as the engine wants it: with its absolute path. */
export function imageFile({ layout }: Project, { id, path, width, height }: ImageRow) {
  return { id, path: join(layout.folder, path), width, height };
}
