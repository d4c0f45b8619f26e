import { z } from 'zod';
import { presetSettings, type TrainSettings } from '@shared/settings';

const Value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Some settings by name, as one row of a sweep has them; `preset` says where the others start from. */
export const Variation = z.record(z.string(), Value);
export type Variation = z.infer<typeof Variation>;

/** What a sweep varies: the values of each setting, all combined; or a list of rows, as the paper's Table 6. */
export const Grid = z.union([z.record(z.string(), z.array(Value).min(1)), z.array(Variation).min(1)]);
export type Grid = z.infer<typeof Grid>;

/** One training of a sweep. */
export interface Combination {
  /** What this row of the table varies; the seed is apart. */
  readonly variation: Variation;
  readonly settings: TrainSettings;
}

/** The rows of several grids, each row of one joined to each row of the next; the last value varies fastest. */
export function variationsOf(grids: readonly Grid[]): Variation[] {
  return grids.map(rowsOf).reduce<Variation[]>((rows, next) => rows.flatMap((row) => next.map((more) => ({ ...row, ...more }))), [{}]);
}

function rowsOf(grid: Grid): Variation[] {
  if (Array.isArray(grid)) return grid;
  return Object.entries(grid).reduce<Variation[]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  );
}

/**
 * Every training of a sweep: each row with each seed, on top of what all share.
 * @throws EspalierError SETTING_UNKNOWN or SETTING_INVALID naming the first wrong one
 */
export function combinationsOf(
  shared: Readonly<Record<string, unknown>>,
  rows: readonly Variation[],
  seeds: readonly number[],
): Combination[] {
  return rows.flatMap((variation) => seeds.map((seed) => ({ variation, settings: presetSettings({ ...shared, ...variation, seed }) })));
}
