import { IGNORE } from '@shared/mask';
import { KEPT } from '@shared/review';
import type { ReviewOverlay } from '../canvas/look';
import { sumByState, type ScoreCounts } from './scores';

/** What overlays show of an image: null where it is not there. */
export interface Shown {
  /** Class ids predicted, labelled, and predicted by the other run, by pixel; 255: none. */
  readonly predicted: Uint8Array | null;
  readonly labels: Uint8Array | null;
  readonly others: Uint8Array | null;
  /** What `countByClass` says of the prediction. */
  readonly counts: ReadonlyMap<number, ScoreCounts>;
}

/**
 * Pixels of each class id in an overlay of Review: all that are predicted; those kept; those labelled; those labelled with the class where
 * another is predicted; those that the other run predicts so, and this one otherwise. Without what an overlay shows, none.
 * @param states by stored bytes, from `stateTable`
 */
export function overlayPixels(overlay: ReviewOverlay, { predicted, labels, others, counts }: Shown, states: Uint8Array): Uint32Array {
  const pixels = new Uint32Array(256);
  if (overlay === 'labels') {
    for (const id of labels ?? []) pixels[id]!++;
  } else if (overlay === 'difference' || overlay === 'change') {
    const before = overlay === 'difference' ? labels : others;
    if (before && before.length === predicted?.length) {
      for (let i = 0; i < before.length; i++) if (predicted[i] !== IGNORE && predicted[i] !== before[i]) pixels[before[i]!]!++;
    }
  } else {
    for (const [id, own] of counts) {
      const sums = sumByState(own, states);
      pixels[id] = overlay === 'states' ? sums[KEPT] : sums[0] + sums[1] + sums[2];
    }
  }
  pixels[IGNORE] = 0;
  return pixels;
}
