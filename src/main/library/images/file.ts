import { join } from 'node:path';
import type { Project } from '../project';
import type { FoundImage } from '../queries/image-rows';

/** An image as the engine wants it: with its absolute path. */
export function imageFile({ layout }: Project, { id, path, width, height }: Omit<FoundImage, 'stem'>) {
  return { id, path: join(layout.folder, path), width, height };
}
