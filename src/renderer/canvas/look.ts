import { z } from 'zod';

/** Which channel of the picture is shown: all in colour, or one in grey. */
export const CHANNELS = ['colour', 'red', 'green', 'blue', 'luminance'] as const;
export type Channel = (typeof CHANNELS)[number];

/** How the picture is shown; changes nothing that tools see, except `range`. */
export interface PictureLook {
  /** Factors, 1 = as it is. */
  brightness: number;
  contrast: number;
  gamma: number;
  invert: boolean;
  channel: Channel;
}

export const PLAIN: PictureLook = { brightness: 1, contrast: 1, gamma: 1, invert: false, channel: 'colour' };

/** Ids of the SVG filters that `PictureFilters` defines. */
export const GAMMA_FILTER = 'picture-gamma';
export const CHANNEL_FILTER = 'picture-channel';

/** The CSS filter of a look: empty where it changes nothing, for filters are not free. */
export function filterOf({ brightness, contrast, gamma, invert, channel }: PictureLook): string {
  const parts: string[] = [];
  if (channel !== 'colour') parts.push(`url(#${CHANNEL_FILTER})`);
  if (brightness !== 1) parts.push(`brightness(${brightness})`);
  if (contrast !== 1) parts.push(`contrast(${contrast})`);
  if (gamma !== 1) parts.push(`url(#${GAMMA_FILTER})`);
  if (invert) parts.push('invert(1)');
  return parts.join(' ');
}

/** Weights of red, green and blue in the grey shown; luminance as in Rec. 709. */
const WEIGHTS: Readonly<Record<Channel, readonly [number, number, number]>> = {
  colour: [1, 1, 1],
  red: [1, 0, 0],
  green: [0, 1, 0],
  blue: [0, 0, 1],
  luminance: [0.2126, 0.7152, 0.0722],
};

/** The matrix of an `feColorMatrix` that shows a channel in grey. */
export function channelMatrix(channel: Channel): string {
  const row = [...WEIGHTS[channel], 0, 0].join(' ');
  return `${row} ${row} ${row} 0 0 0 1 0`;
}

/**
 * What Review lays over the picture: what a run predicts; what of it is kept, and what doubted; the labels; where the labels and the
 * prediction differ.
 */
export const PLAIN_OVERLAYS = ['prediction', 'states', 'labels', 'difference'] as const;
/** Values of each pixel: confidence p̃, likeness d, score s; and where another run says something else. */
export const MAPS = ['confidence', 'similarity', 'score', 'change'] as const;
export type ReviewMap = (typeof MAPS)[number];
export const OVERLAYS = [...PLAIN_OVERLAYS, ...MAPS] as const;
export type ReviewOverlay = (typeof OVERLAYS)[number];

export const isValueMap = (overlay: ReviewOverlay): overlay is Exclude<ReviewMap, 'change'> =>
  overlay === 'confidence' || overlay === 'similarity' || overlay === 'score';

/** What is kept of the way labels are shown, from one start to the next. */
export const Kept = z
  .object({
    opacity: z.number().min(0).max(1),
    outline: z.boolean(),
    pixelGrid: z.boolean(),
    minimap: z.boolean(),
    beside: z.boolean(),
    review: z.enum(OVERLAYS),
  })
  .partial();

export interface OverlayLook {
  visible: boolean;
  /** Of areas, 0–1. */
  opacity: number;
  outline: boolean;
  onlyClass: boolean;
  pixelGrid: boolean;
  minimap: boolean;
  /** The prediction beside the picture. */
  beside: boolean;
  review: ReviewOverlay;
}

/** The stored look over the defaults; anything malformed counts as not stored. */
export function lookFrom(stored: unknown): OverlayLook {
  const defaults: OverlayLook = {
    visible: true,
    opacity: 0.5,
    outline: true,
    onlyClass: false,
    pixelGrid: true,
    minimap: true,
    beside: false,
    review: 'prediction',
  };
  const parsed = Kept.safeParse(stored);
  return { ...defaults, ...(parsed.success ? parsed.data : {}) };
}
