import { join } from 'node:path';
import type { OpenProject } from '../project/open-project';
import type { FoundImage } from '../queries/image-rows';

/** An image as the engine wants it: with its absolute path. */
export function imageFile({ layout }: OpenProject, { id, path, width, height }: Omit<FoundImage, 'stem'>) {
  return { id, path: join(layout.folder, path), width, height };
}
