import { join } from 'node:path';
import type { RunInputs } from '@shared/run';

/** An image to predict; its size is the upright one. */
export interface ImageFile {
  readonly id: number;
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** An image and the name that its masks have. */
export interface NamedImage extends ImageFile {
  readonly name: string;
}

/** An image and the PNG of class ids that it is compared with, 255 = not counted. */
export interface TruthImage extends NamedImage {
  readonly truth: string;
}

/** Labelled images of a run, with the labels in its folder as their truth. */
export function labelledImages(labelled: RunInputs['labelled'], folder: string): TruthImage[] {
  return labelled.map(({ labels, ...image }) => ({ ...image, name: labels.replace(/\.png$/, ''), truth: join(folder, labels) }));
}
