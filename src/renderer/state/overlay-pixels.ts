import { IGNORE } from '@shared/mask';
import { KEPT } from '@shared/review';
import type { ReviewOverlay } from '../canvas/look';
import { sumByState, type ScoreCounts } from './scores';

/** What overlays show of an image: null where it is not there. */
export interface Shown {
  /** Class ids predicted and labelled, by pixel; 255: none. */
  readonly predicted: Uint8Array | null;
  readonly labels: Uint8Array | null;
  /** What `countByClass` says of the prediction. */
  readonly counts: ReadonlyMap<number, ScoreCounts>;
}

/**
 * Pixels of each class id in an overlay of Review: all that are predicted; those kept; those labelled; those labelled with the class where
 * another is predicted. Without what an overlay shows, none.
 * @param states by stored bytes, from `stateTable`
 */
export function overlayPixels(overlay: ReviewOverlay, { predicted, labels, counts }: Shown, states: Uint8Array): Uint32Array {
  const pixels = new Uint32Array(256);
  if (overlay === 'prediction' || overlay === 'states') {
    for (const [id, own] of counts) {
      const sums = sumByState(own, states);
      pixels[id] = overlay === 'states' ? sums[KEPT] : sums[0] + sums[1] + sums[2];
    }
    return pixels;
  }
  if (!labels || (overlay === 'difference' && predicted?.length !== labels.length)) return pixels;
  for (let i = 0; i < labels.length; i++) {
    if (overlay === 'labels' || (predicted![i] !== IGNORE && predicted![i] !== labels[i])) pixels[labels[i]!]!++;
  }
  pixels[IGNORE] = 0;
  return pixels;
}
