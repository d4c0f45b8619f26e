import { type FeatureLayout, featureSize, mapSize } from '../model/feature-layout';
import { type FeatureMap, hypercolumns, type Place } from '../model/hypercolumn';
import { ownShape } from '../predict/shapes';
import { type Window, windowsOn } from '../predict/windows';
import type { Shape } from '../programs/shape';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The maps of a window on a view. */
export interface WindowMaps {
  readonly window: Window;
  readonly maps: readonly FeatureMap[];
}

/** What a backbone sees in a view of an image, large ones window by window: all that features of any of its pixels are read from. */
export class ViewMaps {
  /** Height and width of the windows. */
  readonly shape: Shape;
  readonly windows: readonly WindowMaps[];
  /** Of all maps of one window after the other, in half precision. */
  readonly values: Float16Array;
  readonly #inputs: number;

  /**
   * @param size of the view
   * @param values as many as {@link lengthOf} says; to be filled where there are none
   */
  constructor(size: Size, layout: FeatureLayout, values: Float16Array = new Float16Array(ViewMaps.lengthOf(size, layout))) {
    this.shape = ownShape(size.height, size.width, layout.input);
    this.values = values;
    this.#inputs = featureSize(layout);
    let from = 0;
    this.windows = windowsOn(size.height, size.width, this.shape).map((window) => ({
      window,
      maps: layout.maps.map((map): FeatureMap => {
        const [height, width] = mapSize(this.shape, map);
        const { channels } = map;
        return { height, width, channels, values: values.subarray(from, (from += height * width * channels)) };
      }),
    }));
  }

  /** How many values there are in all maps of a view. */
  static lengthOf({ width, height }: Size, { maps, input }: FeatureLayout): number {
    const shape = ownShape(height, width, input);
    const lengths = maps.map((map) => mapSize(shape, map).reduce((product, side) => product * side, map.channels));
    return windowsOn(height, width, shape).length * lengths.reduce((sum, each) => sum + each, 0);
  }

  /** Features of pixels, [places, D], row-major. */
  features(places: readonly Place[]): Float32Array {
    const result = new Float32Array(places.length * this.#inputs);
    for (const { window, maps } of this.windows) {
      const inside = ({ row, column }: Place): boolean =>
        Math.round(row) >= window.rows.from &&
        Math.round(row) < window.rows.to &&
        Math.round(column) >= window.columns.from &&
        Math.round(column) < window.columns.to;
      const rows = [...places.keys()].filter((i) => inside(places[i]!));
      const within = rows.map((i) => ({ row: places[i]!.row - window.rows.start, column: places[i]!.column - window.columns.start }));
      hypercolumns(maps, this.shape, within, rows, result);
    }
    return result;
  }
}
