import { intersect, type Rect } from '../geometry';
import type { ImagePixels } from '../pixels';
import { grow, shrink } from '../raster/morphology';
import { joinedTo } from '../raster/flood';
import { boundsOf, maskOfSpans, NO_SPANS, spansOfMask, type Spans } from '../spans';
import { originOf } from '../window';
import { cellsAround, featureAt, featureOf, type Embedding, type Feature } from './embedding';
import { terrainOf } from './ease';
import { likeness } from './likeness';
import { walk } from './walker';

/** Pixels; how far snap may move a border at most. */
export const MAX_REACH = 64;

/** Features that each side is known by, at most. */
const FEATURES = 192;
/** Pixels beyond reach from which the outside is learnt, at least. */
const OUTSIDE = 8;

/**
 * Moves the border of a rough stroke, by at most `reach` pixels, to the border the teacher sees: pixels there go to the side whose
 * embeddings theirs are like, and the line between the sides is drawn where the image changes. What lies deeper in the stroke stays.
 * @param stroke counted in the window that `pixels` are, as is what is returned @param reach in pixels, 1 to {@link MAX_REACH}
 */
export function snap(stroke: Spans, reach: number, pixels: ImagePixels, embedding: Embedding): Spans {
  if (stroke.length === 0) return NO_SPANS;
  const [core, possible] = [coreOf(stroke, pixels, reach), grow(stroke, pixels, reach)];
  const around = grow(stroke, pixels, reach + Math.max(reach, OUTSIDE));
  const rect: Rect = intersect(boundsOf(around), { x0: 0, y0: 0, x1: pixels.width, y1: pixels.height });
  const [isCore, isPossible, isAround] = [core, possible, around].map((spans) => maskOfSpans(spans, rect)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const width = rect.x1 - rect.x0;
  const origin = originOf(pixels);
  const place = (i: number): [x: number, y: number] => [origin.x + rect.x0 + (i % width), origin.y + rect.y0 + Math.floor(i / width)];
  const known = (mask: Uint8Array): Feature[] => evenly(mask).map((i) => featureAt(embedding, ...place(i)));

  const inCell = memo(likeness(known(isCore), known(isAround.map((value, i) => value & ~isPossible[i]!))), embedding);
  const like = (i: number): number => cellsAround(embedding, ...place(i)).reduce((sum, [cell, weight]) => sum + weight * inCell(cell), 0);
  const free = isPossible.map((value, i) => value & ~isCore[i]!);
  const belief = Float32Array.from(free, (value, i) => (value === 1 ? like(i) : isCore[i]!));
  const chance = walk(terrainOf(pixels, rect, belief, free));
  const inside = Uint8Array.from(chance, (value) => (value >= 0.5 ? 1 : 0));
  return spansOfMask(joinedTo(isCore, inside, width), width, rect, rect.x0, rect.y0);
}

/** What lies as deep in the stroke as the border may move, or as deep as there is anything. */
function coreOf(stroke: Spans, image: ImagePixels, reach: number): Spans {
  for (let depth = reach; depth >= 1; depth /= 2) {
    const core = shrink(stroke, image, depth);
    if (core.length > 0) return core;
  }
  return stroke;
}

/** Members of a set, at most so many, taken at even distances. */
function evenly(mask: Uint8Array): number[] {
  const members: number[] = [];
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) members.push(i);
  const step = Math.max(1, members.length / FEATURES);
  return Array.from({ length: Math.min(members.length, FEATURES) }, (_, k) => members[Math.floor(k * step)]!);
}

/** Asks about each cell but once. */
function memo(like: (feature: Feature) => number, embedding: Embedding): (cell: number) => number {
  const answers = new Map<number, number>();
  return (cell) => {
    const known = answers.get(cell);
    if (known !== undefined) return known;
    const answer = like(featureOf(embedding, cell));
    answers.set(cell, answer);
    return answer;
  };
}
