import { IGNORE } from '@shared/mask';
import type { ResultOf } from '@shared/protocol';
import { DOUBTED, KEPT, LOW_CONFIDENCE, type ReviewState } from '@shared/review';
import { everywhere, flood } from './flood';
import { NO_SPANS, type Spans } from '../spans';

/** A run's prediction of an image, row-major; bytes as in `run.ts`. */
export type PredictionPlanes = Omit<ResultOf<'predictions.read'>, 'version'>;

/**
 * The pixels joined to (x, y) that have its class and its group.
 * @param table groups by stored bytes, such as the review states of `stateTable`
 */
export function predictionRegion(planes: PredictionPlanes, table: Uint8Array, x: number, y: number): Spans {
  const { classes, confidence, similarity, width } = planes;
  const groupAt = (i: number): number => table[(confidence[i]! << 8) | similarity[i]!]!;
  const seed = y * width + x;
  const classId = classes[seed];
  if (classId === undefined) return NO_SPANS;
  const group = groupAt(seed);
  return flood(planes, x, y, (i) => classes[i] === classId && groupAt(i) === group);
}

/** How many pixels of `spans` are in each review state. @param states by stored bytes, from `stateTable` */
export function countStates(
  spans: Spans,
  { confidence, similarity, width }: Pick<PredictionPlanes, 'confidence' | 'similarity' | 'width'>,
  states: Uint8Array,
): Record<ReviewState, number> {
  const counts: Record<ReviewState, number> = { [KEPT]: 0, [LOW_CONFIDENCE]: 0, [DOUBTED]: 0 };
  for (let s = 0; s < spans.length; s += 3) {
    const row = spans[s]! * width;
    for (let i = row + spans[s + 1]!; i < row + spans[s + 2]!; i++) counts[states[(confidence[i]! << 8) | similarity[i]!] as ReviewState]++;
  }
  return counts;
}

const NO_CLASSES: ReadonlySet<number> = new Set();

/** The part of `spans` that has a predicted class, except of the classes `left`. */
export function predictedPart(
  spans: Spans,
  { classes, width }: Pick<PredictionPlanes, 'classes' | 'width'>,
  left: ReadonlySet<number> = NO_CLASSES,
): Spans {
  const out: number[] = [];
  for (let i = 0; i < spans.length; i += 3) {
    const row = spans[i]! * width;
    const end = spans[i + 2]!;
    const taken = (x: number): boolean => classes[row + x] !== IGNORE && !left.has(classes[row + x]!);
    for (let x = spans[i + 1]!; x < end; x++) {
      const x0 = x;
      while (x < end && taken(x)) x++;
      if (x > x0) out.push(spans[i]!, x0, x);
    }
  }
  return Int32Array.from(out);
}

/** A prediction with what was rejected of it: the class barred from each pixel, 255 for none; null: nothing was. */
export interface Judged {
  readonly planes: PredictionPlanes;
  readonly rejected: Uint8Array | null;
}

/** What of a prediction was not rejected; with `states`, by stored bytes, only what is kept. */
export function standingPart({ planes, rejected }: Judged, states: Uint8Array | null = null): Spans {
  const { classes, confidence, similarity } = planes;
  return everywhere(planes, (i) => {
    if (classes[i] === IGNORE || (rejected !== null && rejected[i] === classes[i])) return false;
    return states === null || states[(confidence[i]! << 8) | similarity[i]!] === KEPT;
  });
}
