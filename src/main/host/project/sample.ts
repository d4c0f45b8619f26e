import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import recipe from '../../../../resources/sample.json';
import type { Progress } from '@shared/protocol';
import type { CallOptions } from '@shared/rpc';
import { layoutOf } from '../../library/files/layout';
import type { LibraryHost } from './library-host';

/** The sample that users meet first, as its recipe says. */
const { images: IMAGES, size: SIZE, seed: SEED, classes: CLASSES } = recipe;

/** Where the sample's images are, under the folder of the user's data. */
export function sampleImages(dataFolder: string): string {
  return join(dataFolder, 'sample', 'micrographs');
}

/** Generates the sample, ground truth apart, and the project of its classes; an existing one is kept. */
export async function createSample(library: LibraryHost, dataFolder: string, options: CallOptions<Progress> = {}): Promise<void> {
  const images = sampleImages(dataFolder);
  if (existsSync(layoutOf(images).home)) return;
  await library.call('sample.create', { folder: dirname(images), images: IMAGES, size: SIZE, seed: SEED }, options);
  await library.open({ folder: images, create: { classes: CLASSES } });
}
