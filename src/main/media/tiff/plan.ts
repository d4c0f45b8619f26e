import { UnreadableError } from '../failure';
import type { TiffLayout } from './layout';

/** What of a TIFF's samples becomes the picture, and who reads them. */
export interface TiffPlan {
  /** `picture`: colours of 8 bits, which libvips converts. `samples`: numbers, which are taken as they are. */
  readonly as: 'picture' | 'samples';
  /** The samples taken as red, green and blue, or the one taken as grey. Of a picture: all of its colour. */
  readonly bands: readonly number[];
  /** The sample that says how opaque a pixel is. */
  readonly alpha: number | null;
  /** What the user should know of it, to stand behind the name. */
  readonly remark: string | null;
}

/** Compressions that libvips reads here; those of `samples` are fewer (see `chunks.ts`). */
const READ_BY_LIBVIPS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 7, 8, 32771, 32773, 32946, 50001]);
export const READ_AS_SAMPLES: ReadonlySet<number> = new Set([1, 5, 8, 32773, 32946]);

const COMPRESSIONS: Readonly<Record<number, string>> = {
  2: 'CCITT',
  3: 'CCITT',
  4: 'CCITT',
  6: 'old-style JPEG',
  7: 'JPEG',
  32766: 'NeXT',
  32771: 'CCITT',
  32809: 'ThunderScan',
  32909: 'PixarLog',
  33003: 'JPEG 2000',
  33005: 'JPEG 2000',
  34661: 'JBIG',
  34676: 'SGI Log',
  34677: 'SGI Log',
  34712: 'JPEG 2000',
  34713: 'NEF',
  34887: 'LERC',
  34892: 'lossy JPEG',
  34925: 'LZMA',
  50000: 'Zstandard',
  50001: 'WebP',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
};

/** Colour spaces: their name where they are not read, and how many samples their colours have. */
const PHOTOMETRICS: Readonly<Record<number, { readonly name: string; readonly samples: number } | undefined>> = {
  0: { name: 'grey', samples: 1 },
  1: { name: 'grey', samples: 1 },
  2: { name: 'RGB', samples: 3 },
  3: { name: 'a palette', samples: 1 },
  5: { name: 'CMYK', samples: 4 },
  6: { name: 'YCbCr', samples: 3 },
};
const [WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE] = [0, 1, 2, 3];

/**
 * Decides how a TIFF is read. Samples that no tag gives a meaning are never taken for transparency.
 * @throws UnreadableError with the reason for all that is not read
 */
export function planOf(layout: TiffLayout): TiffPlan {
  const { bits, samples, format, photometric, extra, compression } = layout;
  const colour = PHOTOMETRICS[photometric];
  if (!colour) throw new UnreadableError('its kind of colours is not supported; save it as RGB or grey');
  if (format === 'complex') throw new UnreadableError('it holds complex numbers; save their magnitude instead');
  if (samples < colour.samples) throw new UnreadableError('its header is damaged');

  const beyond = samples - colour.samples;
  const hasAlpha = beyond > 0 && (extra[0] === 1 || extra[0] === 2);
  // Numbers that may be negative have no white to lie over.
  const isAlpha = hasAlpha && format === 'unsigned';
  const alpha = isAlpha ? colour.samples : null;
  const grey = photometric === WHITE_IS_ZERO || photometric === BLACK_IS_ZERO;
  // Bands beside a grey one that nothing gives a meaning are its equals: measurements of several channels are written so.
  const measured = grey && beyond > 1 && !hasAlpha;
  const bands = measured ? [0, 1, 2] : Array.from({ length: colour.samples }, (_, band) => band);
  const unused = samples - bands.length - (isAlpha ? 1 : 0);
  const remark = unused > 0 ? `of its ${samples} channels ${taken(bands.length)}` : null;

  // libvips takes the last sample for alpha, and all samples of a grey picture for alpha or nothing.
  const misread = (grey && (measured || unused > 0)) || (isAlpha && unused > 0);
  const plain = format === 'unsigned' && bits <= 8 && !misread;
  const as = plain ? 'picture' : 'samples';
  if (!(plain ? READ_BY_LIBVIPS : READ_AS_SAMPLES).has(compression)) throw new UnreadableError(compressionReason(layout, plain));
  if (plain) checkPicture(layout);
  else checkSamples(layout, grey || photometric === RGB, colour.name);
  return { as, bands, alpha, remark };
}

function taken(bands: number): string {
  return bands === 1
    ? 'the first is shown'
    : bands === 3
      ? 'the first three are shown, as red, green and blue'
      : `the first ${bands} are shown`;
}

function compressionReason({ compression }: TiffLayout, plain: boolean): string {
  const name = COMPRESSIONS[compression] ?? `number ${compression}`;
  const what = plain ? '' : ' of such samples';
  return `its compression (${name})${what} is not supported; save it with LZW, Deflate or none`;
}

function checkPicture({ bits, samples, photometric }: TiffLayout): void {
  const fine = bits === 8 || ([1, 2, 4].includes(bits) && samples === 1 && photometric <= PALETTE!);
  if (!fine) throw new UnreadableError(`its samples have ${bits} bits, which is not supported; save it with 8 or 16`);
}

const WIDTHS: Readonly<Record<string, readonly number[]>> = { unsigned: [8, 16, 32, 64], signed: [8, 16, 32, 64], float: [16, 32, 64] };

function checkSamples({ bits, format, fillOrder, predictor }: TiffLayout, plainColours: boolean, colours: string): void {
  if (!WIDTHS[format]?.includes(bits)) throw new UnreadableError(`its samples have ${bits} bits, which is not supported; save it with 16`);
  if (!plainColours) throw new UnreadableError(`it is ${colours} of ${bits} bits, which is not supported; save it as RGB`);
  if (fillOrder !== 1) throw new UnreadableError('its bits are in reverse order, which is not supported; save it again');
  const known = predictor === 1 || predictor === 2 || (predictor === 3 && format === 'float');
  if (!known) throw new UnreadableError('its header is damaged');
}
