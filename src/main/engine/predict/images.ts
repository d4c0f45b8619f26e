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
