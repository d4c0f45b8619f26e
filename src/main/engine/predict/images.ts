import type { Limits } from './concurrently';

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

/** A few images being read or written while one is predicted, in about 1 GB of memory. */
export const imageLimits: Limits<ImageFile> = { items: 6, room: 64e6, cost: ({ width, height }) => width * height };
