import type { Variation } from './combinations';
import type { SweepEntry, SweepResult } from './record';

/** Numbers of several seeds. */
export interface Spread {
  readonly values: readonly number[];
  readonly mean: number;
  /** Standard deviation of the sample (n − 1); null for a single value. */
  readonly deviation: number | null;
}

/** A row of a sweep's table: one variation over its seeds. */
export interface SweepRow {
  readonly variation: Variation;
  readonly runs: readonly string[];
  readonly failed: number;
  /** mIoU by {@link networkName}; empty where every training failed. */
  readonly miou: Readonly<Record<string, Spread>>;
  /** Training time, seconds. */
  readonly seconds: Spread | null;
}

/** A row for each variation, in the order they were trained. */
export function summarise(entries: readonly SweepEntry[]): SweepRow[] {
  const groups = new Map<string, SweepEntry[]>();
  for (const entry of entries) {
    const key = JSON.stringify(entry.variation);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return Array.from(groups.values(), (group) => {
    const outcomes = group.flatMap(({ outcome }) => (outcome ? [outcome] : []));
    const results = outcomes.flatMap((outcome) => outcome.results);
    const names = [...new Set(results.map(networkName))];
    const miou = names.map((name) => [name, spreadOf(results.filter((r) => networkName(r) === name).map((r) => r.miou))] as const);
    return {
      variation: group[0]!.variation,
      runs: group.map(({ runId }) => runId),
      failed: group.length - outcomes.length,
      miou: Object.fromEntries(miou),
      seconds: outcomes.length > 0 ? spreadOf(outcomes.map(({ seconds }) => seconds)) : null,
    };
  });
}

/** The network as a table's column: as it was last, or at its best on held-out images. */
export function networkName({ network, bestEpoch }: Pick<SweepResult, 'network' | 'bestEpoch'>): string {
  return bestEpoch === null ? network : `best ${network}`;
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { values, mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null };
}
