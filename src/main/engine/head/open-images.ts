import type { LeftOut } from '@shared/run-news';
import { decodeRgb, type RgbImage } from '../../media/decode';
import { readMask } from '../data/image-cache';
import { leftOutBy, type OnLeftOut } from '../data/left-out';

/** An image whose pixels are looked at. */
export interface ListedImage {
  readonly id: number;
  readonly path: string;
  /** Upright, when it was indexed. */
  readonly width: number;
  readonly height: number;
  /** File of class ids: labels, or what the user ruled out. */
  readonly classes: string | null;
}

/** An image while it is looked at. */
export interface OpenImage {
  /** Class ids. */
  readonly mask: Uint8Array | null;
  /** False once a file of it could not be read. */
  readonly isReadable: () => boolean;
  /** Decoded when they are first wanted; null where they cannot be. */
  readonly pixels: () => Promise<RgbImage | null>;
}

/** Opens images, and tells once of each that cannot be read. */
export class OpenImages {
  readonly leftOut: LeftOut[] = [];

  constructor(private readonly onLeftOut: OnLeftOut) {}

  async open(image: ListedImage): Promise<OpenImage> {
    let readable = true;
    const leave = (error: unknown): null => {
      const leftOut = leftOutBy(error, 'training', image);
      if (readable) {
        this.leftOut.push(leftOut);
        this.onLeftOut(leftOut);
      }
      readable = false;
      return null;
    };
    let rgb: Promise<RgbImage | null> | null = null;
    return {
      mask: image.classes === null ? null : await readMask(image.path, image.classes).catch(leave),
      isReadable: () => readable,
      pixels: () => (rgb ??= decodeRgb(image.path).catch(leave)),
    };
  }
}
