import { IGNORE } from '@shared/mask';
import { everywhere } from './flood';
import type { Spans } from '../spans';

/** What a preview says of each pixel, row-major: class id, and p̃ from 0 to 255. */
export interface Said {
  readonly width: number;
  readonly height: number;
  readonly classes: Uint8Array;
  readonly confidence: Uint8Array;
}

/** How many pixels without a label a preview is how sure of: of each class id, by p̃ from 0 to 255. */
export function countUnlabelled({ classes, confidence }: Said, labels: Uint8Array): Map<number, Uint32Array> {
  const counts = new Map<number, Uint32Array>();
  labels.forEach((label, i) => {
    if (label !== IGNORE) return;
    const classId = classes[i]!;
    let ofClass = counts.get(classId);
    if (!ofClass) counts.set(classId, (ofClass = new Uint32Array(256)));
    ofClass[confidence[i]!]!++;
  });
  return counts;
}

/** Pixels without a label that a preview is at least so sure of, of the classes that are wanted. @param from p̃ from 0 to 255 */
export function surePart(said: Said, labels: Uint8Array, from: number, wanted: (classId: number) => boolean): Spans {
  const { classes, confidence } = said;
  return everywhere(said, (i) => labels[i] === IGNORE && confidence[i]! >= from && wanted(classes[i]!));
}
