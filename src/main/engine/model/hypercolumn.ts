/** A place in an image, in pixels, with fractions. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** A map of an encoder on an image: numbers of each of its cells, [height, width, channels], row-major. */
export interface FeatureMap {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly values: Float16Array;
}

/**
 * The features of single pixels (hypercolumns, Hariharan et al. 2015): what each map holds there, by bilinear interpolation between its
 * cells (half-pixel centres). A map of one cell says the same everywhere.
 * @param size height and width of the image, pixels
 * @param rows which row of the result each place has
 * @param result gets them, [·, sum of the channels]
 */
export function hypercolumns(
  maps: readonly FeatureMap[],
  [height, width]: readonly [number, number],
  places: readonly Place[],
  rows: readonly number[],
  result: Float32Array,
): void {
  const inputs = maps.reduce((sum, { channels }) => sum + channels, 0);
  let first = 0;
  for (const map of maps) {
    const at = (i: number): number => rows[i]! * inputs + first;
    if (map.height * map.width === 1) {
      const everywhere = Float32Array.from(map.values);
      places.forEach((_, i) => result.set(everywhere, at(i)));
    } else {
      places.forEach(({ row, column }, i) =>
        interpolate(map, between(row, height, map.height), between(column, width, map.width), result, at(i)),
      );
    }
    first += map.channels;
  }
}

/** Writes what lies between four cells of a map. */
function interpolate(
  { width, channels, values }: FeatureMap,
  [top, bottom, down]: Between,
  [left, right, across]: Between,
  result: Float32Array,
  into: number,
): void {
  const [a, b] = [(top * width + left) * channels, (top * width + right) * channels];
  const [c, d] = [(bottom * width + left) * channels, (bottom * width + right) * channels];
  const [ofA, ofB, ofC, ofD] = [(1 - down) * (1 - across), (1 - down) * across, down * (1 - across), down * across];
  for (let i = 0; i < channels; i++) {
    result[into + i] = ofA * values[a + i]! + ofB * values[b + i]! + ofC * values[c + i]! + ofD * values[d + i]!;
  }
}

/** Two cells, and how far it is from the first to the second. */
type Between = readonly [first: number, second: number, share: number];

function between(pixel: number, size: number, cells: number): Between {
  const position = Math.min(Math.max(((pixel + 0.5) * cells) / size - 0.5, 0), cells - 1);
  const first = Math.floor(position);
  return [first, Math.min(first + 1, cells - 1), position - first];
}
