import { IGNORE } from '@shared/mask';
import { KEPT } from '@shared/review';
import type { ReviewOverlay } from '../canvas/look';
import type { PredictionPlanes } from '../editor/raster/region';

/**
 * Pixels of each class id in an overlay of Review: all that are predicted; those kept; those labelled; those labelled with the class where
 * another is predicted. Without what an overlay shows, none.
 * @param states by stored bytes, from `stateTable`
 */
export function overlayPixels(
  overlay: ReviewOverlay,
  planes: PredictionPlanes | null,
  states: Uint8Array,
  labels: Uint8Array | null,
): Uint32Array {
  const counts = new Uint32Array(256);
  const classes = overlay === 'labels' || overlay === 'difference' ? labels : (planes?.classes ?? null);
  if (!classes || (overlay === 'difference' && planes?.classes.length !== classes.length)) return counts;
  const counted = countedBy(overlay, planes, states, classes);
  for (let i = 0; i < classes.length; i++) if (counted(i)) counts[classes[i]!]!++;
  counts[IGNORE] = 0;
  return counts;
}

function countedBy(
  overlay: ReviewOverlay,
  planes: PredictionPlanes | null,
  states: Uint8Array,
  labels: Uint8Array,
): (i: number) => boolean {
  if (!planes || overlay === 'prediction' || overlay === 'labels') return () => true;
  const { classes, confidence, similarity } = planes;
  if (overlay === 'states') return (i) => states[(confidence[i]! << 8) | similarity[i]!] === KEPT;
  return (i) => classes[i] !== IGNORE && classes[i] !== labels[i];
}
