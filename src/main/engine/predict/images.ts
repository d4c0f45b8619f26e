import type { RunInputs } from '@shared/run';

/** An image to predict; its size is the upright one. */
export interface ImageFile {
  readonly id: number;
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** An image that has a name: its path without extension. */
export interface NamedImage extends ImageFile {
  readonly name: string;
}

/** Labelled images of a run, named as their masks are in the run's folder. */
export function labelledImages(labelled: RunInputs['labelled']): NamedImage[] {
  return labelled.map(({ labels, ...image }) => ({ ...image, name: labels.replace(/\.png$/, '') }));
}
