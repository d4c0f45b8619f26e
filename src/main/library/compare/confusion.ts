import { IGNORE } from '@shared/mask';
import { SOURCE_CODE } from '../labels/history';
import type { CellRow } from '../queries/comparisons';

/** What a prediction makes of the labels of an image, by pixel; classes are ids, 255 for none. */
export interface Opposed {
  readonly labels: Uint8Array;
  /** By `SOURCE_CODE`. */
  readonly sources: Uint8Array;
  readonly predicted: Uint8Array;
}

/** Pixels by class labelled and class predicted. Accepted labels do not count: they say what a prediction said. */
export function cellsOf({ labels, sources, predicted }: Opposed): CellRow[] {
  const counts = new Uint32Array(65536);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== IGNORE && sources[i] !== SOURCE_CODE.accepted) counts[(labels[i]! << 8) | predicted[i]!]!++;
  }
  const cells: CellRow[] = [];
  counts.forEach((pixels, at) => {
    if (pixels > 0) cells.push({ label: at >> 8, predicted: at & 255, pixels });
  });
  return cells;
}

/** Pixels whose label is contradicted by a prediction that is at least so confident (0 to 255, as it is stored). */
export function contradictions({ labels, sources, predicted }: Opposed, confidence: Uint8Array, least: number): number {
  let pixels = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === IGNORE || sources[i] === SOURCE_CODE.accepted || predicted[i] === IGNORE) continue;
    if (labels[i] !== predicted[i] && confidence[i]! >= least) pixels++;
  }
  return pixels;
}

/** Share of the pixels of which two predictions differ. */
export function changeBetween(a: Uint8Array, b: Uint8Array): number {
  let pixels = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) pixels++;
  return a.length === 0 ? 0 : pixels / a.length;
}
