import type { BackboneInput } from '../model/backbones/description';
import type { Shape } from '../programs/shape';

/** A graph has one shape, so sizes are rounded up until few enough shapes remain: to so many times what a backbone asks for. */
const ROUNDINGS = [1, 2, 4, 8, 16] as const;
const MOST_SHAPES = 8;
/** Numbers in the logits at image resolution. */
const MOST_LOGITS = 2 ** 25;

/** Which shape each image is predicted in. */
export interface ShapePlan {
  readonly shapes: readonly Shape[];
  /** The shape for an image: at least as large, or a window on it. */
  shapeFor(height: number, width: number): Shape;
}

/**
 * Chooses few shapes for images of these sizes.
 * @param input of the backbone
 * @param classes K; the more, the smaller the windows
 * @param share of the pixels that a window may have otherwise
 */
export function planShapes(
  sizes: readonly { readonly height: number; readonly width: number }[],
  { multiple, mostPixels }: BackboneInput,
  classes: number,
  share = 1,
): ShapePlan {
  const most = share * Math.min(mostPixels, MOST_LOGITS / classes);
  const shapesBy = (multiple: number): Shape[] => {
    const shapes = sizes.map(({ height, width }) => shapeFor(height, width, multiple, most));
    return [...new Map(shapes.map((shape) => [shape.join('×'), shape])).values()];
  };
  const multiples = ROUNDINGS.map((rounding) => rounding * multiple);
  const chosen = multiples.find((each) => shapesBy(each).length <= MOST_SHAPES) ?? multiples[multiples.length - 1]!;
  return { shapes: shapesBy(chosen), shapeFor: (height, width) => shapeFor(height, width, chosen, most) };
}

/** The shape for an image that does not depend on any others: the smallest one it fits in, or a window on it. */
export function ownShape(height: number, width: number, { multiple, mostPixels }: BackboneInput): Shape {
  return shapeFor(height, width, multiple, mostPixels);
}

function shapeFor(height: number, width: number, multiple: number, most: number): Shape {
  const up = (size: number): number => Math.ceil(size / multiple) * multiple;
  const down = (size: number): number => Math.max(1, Math.floor(size / multiple)) * multiple;
  if (up(height) * up(width) <= most) return [up(height), up(width)];
  const short = Math.min(up(Math.min(height, width)), down(Math.sqrt(most)));
  const long = Math.min(up(Math.max(height, width)), down(most / short));
  return height <= width ? [short, long] : [long, short];
}
