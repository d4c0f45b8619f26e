import { basename } from 'node:path';
import { EspalierError } from '@shared/errors';
import { decodeRgb } from '../../media/decode';
import { readPng } from '../../media/png';

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
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  /** @param limit in bytes; an image larger than that is decoded anew each time */
  constructor(private readonly limit: number) {}

  /**
   * @param mask 8-bit PNG of the image's size
   * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE, FILE_UNREADABLE when the mask does not fit
   */
  get(path: string, mask: string | null): Promise<SourceImage> {
    const entry = this.entries.get(path) ?? this.load(path, mask);
    this.entries.delete(path);
    this.entries.set(path, entry);
    return entry.image;
  }

  private load(path: string, mask: string | null): Entry {
    const entry: Entry = { image: readSource(path, mask), size: 0 };
    entry.image.then(
      ({ rgb, mask }) => {
        entry.size = rgb.byteLength + (mask?.byteLength ?? 0);
        this.bytes += entry.size;
        this.evict();
      },
      () => this.entries.delete(path),
    );
    return entry;
  }

  private evict(): void {
    for (const [path, { size }] of this.entries) {
      if (this.bytes <= this.limit) return;
      if (size === 0) continue;
      this.entries.delete(path);
      this.bytes -= size;
    }
  }
}

/**
 * Decodes an image and its class map.
 * @param maskPath 8-bit PNG of the image's size
 * @throws EspalierError IMAGE_UNREADABLE, IMAGE_TOO_LARGE, FILE_UNREADABLE when the mask does not fit
 */
export async function readSource(path: string, maskPath: string | null): Promise<SourceImage> {
  const [{ width, height, data }, mask] = await Promise.all([decodeRgb(path), maskPath === null ? null : readPng(maskPath)]);
  if (mask && (mask.width !== width || mask.height !== height || mask.kind === 'rgb')) {
    const reason =
      mask.kind === 'rgb'
        ? 'it has colours instead of class numbers'
        : `it is ${mask.width} × ${mask.height} but its image is ${width} × ${height}`;
    throw new EspalierError('FILE_UNREADABLE', { file: basename(maskPath ?? ''), reason });
  }
  return { width, height, rgb: data, mask: mask?.data ?? null };
}
