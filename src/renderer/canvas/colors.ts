import type { LabelClass } from '@shared/domain';
import { word, type LabelColors, type PredictionColors, type PreviewColors } from './render';
import type { DecidedColors, DifferenceColors } from './render-review';

/** How labels are shown above the image. */
export interface LabelLook {
  readonly visible: boolean;
  /** Of areas, 0–1. */
  readonly opacity: number;
  readonly outline: boolean;
}

/** The classes of which something is shown: none that is hidden, and where `only` is a class, no other. */
export const shownClasses = (classes: readonly LabelClass[], only: number | null, hidden: ReadonlySet<number>): LabelClass[] =>
  classes.filter(({ id }) => !hidden.has(id) && (only === null || only === id));

/** `color` with `share` of it replaced by the grey level `to`. */
function mixed(color: string, to: 0 | 255, share: number): string {
  const rgb = parseInt(color.slice(1), 16);
  const channel = (shift: number): number => Math.round(((rgb >> shift) & 255) * (1 - share) + to * share);
  return `#${((channel(16) << 16) | (channel(8) << 8) | channel(0)).toString(16).padStart(6, '0')}`;
}

/** Relative luminance that an outline has at least, as WCAG defines it: 3 : 1 and more to pixels of up to 0.05, and to white. */
const VISIBLE = 0.25;

/** Relative luminance of a colour, 0–1. */
export function luminance(color: string): number {
  const rgb = parseInt(color.slice(1), 16);
  const linear = (shift: number): number => {
    const value = ((rgb >> shift) & 255) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0);
}

/** A colour with as much white in it as makes it show on a dark picture. */
export function outlineOf(color: string): string {
  let share = 0;
  while (luminance(mixed(color, 255, share)) < VISIBLE) share += 1 / 32;
  return mixed(color, 255, share);
}

/** Of the classes shown; null when nothing is. */
export function labelColors(classes: readonly LabelClass[], look: LabelLook): LabelColors | null {
  if (!look.visible) return null;
  const fill = new Uint32Array(256);
  const outline = new Uint32Array(256);
  for (const { id, color } of classes) {
    fill[id] = word(color, look.opacity);
    if (look.outline) outline[id] = word(outlineOf(color), 1);
  }
  return { fill, outline, halo: look.outline ? word('#000000', 0.75) : 0 };
}

/** Amber for doubt and grey lines for low confidence, as in the rest of the window; what is predicted shows under both. */
export function predictionColors(
  classes: readonly LabelClass[],
  { opacity, outline: outlined }: Pick<LabelLook, 'opacity' | 'outline'>,
): PredictionColors {
  const kept = new Uint32Array(256);
  const outline = new Uint32Array(256);
  const [doubted, doubtedClass] = [new Uint32Array(256), new Uint32Array(256)];
  const [lowLine, lowClass] = [new Uint32Array(256), new Uint32Array(256)];
  const strong = Math.min(1, opacity * 1.6);
  for (const { id, color } of classes) {
    kept[id] = word(color, opacity);
    if (outlined) outline[id] = word(outlineOf(color), opacity);
    doubtedClass[id] = word(mixed(color, 0, 1 / 2), opacity); // so that the stripes show on amber classes too
    doubted[id] = word('#eaa63f', strong);
    lowClass[id] = word(color, opacity * 0.6);
    lowLine[id] = word('#d0d4d8', opacity);
  }
  return { kept, outline, doubtedClass, doubted, lowClass, lowLine };
}

/** Where labels and prediction differ both colours are strong; where they agree there is a breath of theirs. */
export function differenceColors(classes: readonly LabelClass[], { opacity }: Pick<LabelLook, 'opacity'>): DifferenceColors {
  const [agreed, differs] = [new Uint32Array(256), new Uint32Array(256)];
  for (const { id, color } of classes) {
    agreed[id] = word(color, opacity * 0.3);
    differs[id] = word(color, Math.min(1, opacity * 1.7));
  }
  return { agreed, differs };
}

/** What was accepted is solid; what was rejected is crossed out in red over its class's colour. */
export function decidedColors(classes: readonly LabelClass[], { opacity }: Pick<LabelLook, 'opacity'>): DecidedColors {
  const [accepted, rejected, cross] = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)];
  const strong = Math.min(1, opacity * 1.7);
  for (const { id, color } of classes) {
    accepted[id] = word(color, strong);
    rejected[id] = word(color, opacity * 0.3);
    cross[id] = word('#ff5a4f', strong);
  }
  return { accepted, rejected, cross };
}

/** Strong dots on a breath of the class's colour: the picture shows through. */
export function previewColors(classes: readonly LabelClass[], { opacity }: Pick<LabelLook, 'opacity'>): PreviewColors {
  const [dot, ground] = [new Uint32Array(256), new Uint32Array(256)];
  for (const { id, color } of classes) {
    dot[id] = word(color, Math.min(1, opacity * 1.6));
    ground[id] = word(color, opacity * 0.3);
  }
  return { dot, ground };
}
