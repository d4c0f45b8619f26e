import type { Shape } from '../programs/shape';

/** Items in groups of one shape, at most `size` in each; groups come in the order in which they are complete. */
export function batchesOf<T>(items: readonly T[], shapeOf: (item: T) => Shape, size: number): T[][] {
  const batches: T[][] = [];
  const open = new Map<string, T[]>();
  for (const item of items) {
    const key = shapeOf(item).join('×');
    const batch = [...(open.get(key) ?? []), item];
    if (batch.length === size) batches.push(batch);
    open.set(key, batch.length === size ? [] : batch);
  }
  return [...batches, ...[...open.values()].filter(({ length }) => length > 0)];
}
