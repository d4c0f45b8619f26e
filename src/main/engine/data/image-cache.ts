import { basename } from 'node:path';
import { EspalierError } from '@shared/errors';
import { decodeRgb, readHeader } from '../../media/decode';
import { readPng, readPngHeader } from '../../media/png';

/** A decoded image with its class map. */
export interface SourceImage {
  readonly width: number;
  readonly height: number;
  /** Interleaved RGB. */
  readonly rgb: Uint8Array;
  /** Class id of each pixel, 255 = none; null when the image has no mask. */
  readonly mask: Uint8Array | null;
}

interface Entry {
  readonly image: Promise<SourceImage>;
  /** Bytes; 0 while it is being decoded. */
  size: number;
}

/** Decoded images, the ones used last, up to a limit of memory. */
export class ImageCache {
  /** In order of last use. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  /** @param limit in bytes; an image larger than that is decoded anew each time */
  constructor(private readonly limit: number) {}

  /**
   * @param mask 8-bit PNG of the image's size
   * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE, FILE_UNREADABLE when the mask does not fit
   */
  get(path: string, mask: string | null): Promise<SourceImage> {
    const entry = this.#entries.get(path) ?? this.#load(path, mask);
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    return entry.image;
  }

  #load(path: string, mask: string | null): Entry {
    const entry: Entry = { image: readSource(path, mask), size: 0 };
    entry.image.then(
      ({ rgb, mask }) => {
        entry.size = rgb.byteLength + (mask?.byteLength ?? 0);
        this.#bytes += entry.size;
        this.#evict();
      },
      () => this.#entries.delete(path),
    );
    return entry;
  }

  #evict(): void {
    for (const [path, { size }] of this.#entries) {
      if (this.#bytes <= this.limit) return;
      if (size === 0) continue;
      this.#entries.delete(path);
      this.#bytes -= size;
    }
  }
}

/**
 * Decodes an image and its class map.
 * @param mask 8-bit PNG of the image's size
 * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE, FILE_UNREADABLE when the mask does not fit
 */
export async function readSource(path: string, mask: string | null): Promise<SourceImage> {
  const [image, classes] = await Promise.all([decodeRgb(path), mask === null ? null : readMask(path, mask)]);
  return { width: image.width, height: image.height, rgb: image.data, mask: classes };
}

/**
 * The class ids of a mask whose size is known to fit its image before anything of it is decompressed.
 * @throws as {@link readSource}
 */
export async function readMask(path: string, mask: string): Promise<Uint8Array> {
  const [image, { kind, width, height }] = await Promise.all([readHeader(path), readPngHeader(mask)]);
  const refuse = (reason: string) => new EspalierError('FILE_UNREADABLE', { file: basename(mask), reason });
  if (kind === 'rgb') throw refuse('it has colours instead of class numbers');
  if (width !== image.width || height !== image.height) {
    throw refuse(`it is ${width} × ${height} but its image is ${image.width} × ${image.height}`);
  }
  return (await readPng(mask)).data;
}
