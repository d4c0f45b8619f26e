import { readFile } from 'node:fs/promises';
import type { SampleRange } from '@shared/picture';
import { decodeBmp } from './bmp';
import { measureSamples, windowTo8Bit, type SampleExtent } from './contrast';
import { readable } from './failure';
import type { Inspected } from './header';
import { readNumbers } from './numbers';
import { decodePng, type PngHeader, type PngImage } from './png-pixels';
import { checkSamples } from './tiff/samples';

/** Pixels of 8 bits as they lie in a file, row-major. */
export interface StoredPixels {
  readonly data: Uint8Array;
  readonly raw: { readonly width: number; readonly height: number; readonly channels: 1 | 3 };
  /** How they must still be turned to be upright: EXIF orientation. */
  readonly orientation: number;
}

/**
 * Decodes what sharp does not, or not as numbers. That keeps a processor busy, for seconds where files are large.
 * All of it throws EspalierError IMAGE_UNREADABLE.
 */
export interface OwnDecoder {
  /** Makes sure that the samples of a TIFF can be decoded. */
  check(file: string, found: Inspected): Promise<void>;
  /** A picture through a contrast window: `range`, or one that fits it. */
  pixels(file: string, found: Inspected, range: SampleRange | null): Promise<StoredPixels>;
  /** What the samples of a picture hold; null where all are equal. */
  extent(file: string, found: Inspected): Promise<SampleExtent | null>;
  /** A PNG of numbers. */
  png(file: string, header: PngHeader): Promise<PngImage>;
}

/** Decodes in this very thread. */
export const here: OwnDecoder = {
  check: (file, { tiff, failure }) =>
    readable(
      file,
      async () => {
        if (tiff) await checkSamples(file, tiff.layout, tiff.plan.bands);
      },
      failure,
    ),
  pixels: (file, found, range) => readable(file, () => pixelsOf(file, found, range), found.failure),
  extent: (file, found) =>
    readable(
      file,
      async () => {
        const { samples, noData } = await readNumbers(file, found);
        return measureSamples(samples, noData);
      },
      found.failure,
    ),
  png: (file, header) => readable(file, async () => decodePng(await readFile(file), header)),
};

let current = here;

/** Where this process decodes. */
export const ownDecoder = (): OwnDecoder => current;

/** Has this process decode elsewhere from now on: one that answers others meanwhile must not be kept busy. */
export function decodeBy(decoder: OwnDecoder): void {
  current = decoder;
}

async function pixelsOf(file: string, found: Inspected, range: SampleRange | null): Promise<StoredPixels> {
  if (found.header.format === 'bmp') {
    const { data, width, height } = decodeBmp(await readFile(file));
    return { data, raw: { width, height, channels: 3 }, orientation: 1 };
  }
  const { samples, raw, orientation, inverted, noData } = await readNumbers(file, found);
  const data = samples instanceof Uint8Array ? samples : windowTo8Bit(samples, range, noData);
  if (inverted) for (let i = 0; i < data.length; i++) data[i] = 255 - data[i]!;
  return { data, raw, orientation };
}
