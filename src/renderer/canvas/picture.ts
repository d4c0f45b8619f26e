import type Konva from 'konva';
import type { Emitter } from '../editor/emitter';
import type { ImagePixels } from '../editor/pixels';
import type { Size } from '../editor/viewport';

/** Where a picture lies on a canvas: its top left corner and the size of one of its pixels, in device pixels; and the canvas. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly canvas: Size;
}

/** Whole image pixels. */
export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** An image as it is shown: held whole, or in tiles. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** A copy at most a few hundred pixels wide and high, of the same proportions. */
  readonly overview: ImageBitmap;
  readonly closed: boolean;
  /** More of it can be drawn than before. */
  readonly changed: Emitter;
  /** Draws with device pixels as units. */
  draw(context: Konva.Context, place: Placement): void;
  /** The colours of every pixel, or of a window of a large image; null while `loadPixels` has not brought them. */
  readonly pixels: ImagePixels | null;
  /** Whether `pixels` holds the colours at a place of the image, and around it. */
  knows(place: Pixel): boolean;
  /** Brings the colours at a place of the image, and around it, into `pixels`. */
  loadPixels(place: Pixel): Promise<void>;
  close(): void;
}

/** Where the parts of an image are to be had. */
export interface PictureSource extends Size {
  /** For messages. */
  readonly name: string;
  readonly url: string;
  tileUrl(level: number, x: number, y: number): string;
}
