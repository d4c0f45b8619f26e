import type { LabelClass } from '@shared/domain';
import { word, type LabelColors, type PredictionColors } from '../../canvas/sample';

/** How labels are shown above the image. */
export interface LabelLook {
  readonly visible: boolean;
  /** Of areas, 0–1. */
  readonly opacity: number;
  readonly outline: boolean;
  /** Show no class but this one. */
  readonly only: number | null;
}

/** `color` with `share` of it replaced by the grey level `to`. */
function mixed(color: string, to: 0 | 255, share: number): string {
  const rgb = parseInt(color.slice(1), 16);
  const channel = (shift: number): number => Math.round(((rgb >> shift) & 255) * (1 - share) + to * share);
  return `#${((channel(16) << 16) | (channel(8) << 8) | channel(0)).toString(16).padStart(6, '0')}`;
}

/** Null when nothing is shown. */
export function labelColors(classes: readonly LabelClass[], look: LabelLook, hidden: ReadonlySet<number>): LabelColors | null {
  if (!look.visible) return null;
  const fill = new Uint32Array(256);
  const outline = new Uint32Array(256);
  for (const { id, color } of classes) {
    if (hidden.has(id) || (look.only !== null && look.only !== id)) continue;
    fill[id] = word(color, look.opacity);
    if (look.outline) outline[id] = word(mixed(color, 255, 1 / 3), 1); // dark classes must show on dark images
  }
  return { fill, outline };
}

/** Amber for doubt and grey for low confidence, as in the rest of the window. */
export function predictionColors(classes: readonly LabelClass[], opacity: number): PredictionColors {
  const kept = new Uint32Array(256);
  const doubtedClass = new Uint32Array(256);
  for (const { id, color } of classes) {
    kept[id] = word(color, opacity);
    doubtedClass[id] = word(mixed(color, 0, 1 / 2), opacity); // so that the stripes show on amber classes too
  }
  const strong = Math.min(1, opacity * 1.6);
  return { kept, doubtedClass, doubted: word('#eaa63f', strong), low: word('#70757a', opacity * 0.7), lowLine: word('#d0d4d8', opacity) };
}
