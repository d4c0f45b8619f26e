import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Progress } from '../../shared/protocol';
import type { CallOptions } from '../../shared/rpc';
import type { LibraryHost } from './library-host';

/** The sample that users meet first: small enough for a laptop, large enough that unlabelled images matter. */
const SAMPLE = { images: 60, size: 256, seed: 1 } as const;

export const SAMPLE_CLASSES = [
  { name: 'background', color: '#000000' },
  { name: 'nucleus', color: '#3fa34d' },
  { name: 'debris', color: '#c2571a' },
] as const;

/** Where the sample's images are, under the folder of the user's data. */
export function sampleImages(dataFolder: string): string {
  return join(dataFolder, 'sample', 'images');
}

/** Generates the sample, ground truth apart, and the project of its classes; an existing one is kept. */
export async function createSample(library: LibraryHost, dataFolder: string, options: CallOptions<Progress> = {}): Promise<void> {
  const images = sampleImages(dataFolder);
  if (existsSync(join(images, '.espalier'))) return;
  await library.call('sample.create', { folder: dirname(images), ...SAMPLE }, options);
  await library.open({ folder: images, create: { classes: [...SAMPLE_CLASSES] } });
}
