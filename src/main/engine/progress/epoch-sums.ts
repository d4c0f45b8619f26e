import type { EpochReport } from '@shared/domain';
import type { MetricName } from '@shared/metrics';
import type { Values } from '../compile/program';

/** Metrics that are means over an epoch's steps, by the names of the steps' outputs. */
const OF_STEPS: Readonly<Record<string, MetricName>> = {
  sup: 'lossSupervised',
  cons: 'lossConsistency',
  cont: 'lossContrastive',
  keptByConfidence: 'keptByConfidence',
  kept: 'keptAfterRefinement',
  similarity: 'meanSimilarity',
};

/** What an epoch report tells besides the means over its steps; a metric that is null is left out. */
export interface EpochEnd extends Pick<EpochReport, 'epoch' | 'step'>, Partial<Pick<EpochReport, 'verdict'>> {
  readonly metrics: Readonly<Partial<Record<MetricName, number | null>>>;
}

/**
 * Sums of what the steps of an epoch put out, to report their means, and of the time it took. Plain numbers, so that a checkpoint can hold
 * them.
 */
export class EpochSums {
  constructor(private readonly sums: Record<string, number> = {}) {}

  add(outputs: Readonly<Record<string, Values>>): void {
    for (const [name, [value]] of Object.entries(outputs)) this.sums[name] = (this.sums[name] ?? 0) + value!;
    this.sums.steps = (this.sums.steps ?? 0) + 1;
  }

  /** Counts time spent on the epoch. */
  spend(seconds: number): void {
    this.sums.seconds = (this.sums.seconds ?? 0) + seconds;
  }

  /** No step of the epoch has been taken. */
  get isEmpty(): boolean {
    return (this.sums.steps ?? 0) === 0;
  }

  toRecord(): Record<string, number> {
    return { ...this.sums };
  }

  report({ epoch, step, verdict = null, metrics }: EpochEnd): EpochReport {
    const means = Object.entries(OF_STEPS).map(([output, name]) => [name, this.#mean(output)] as const);
    const all = [...means, ...Object.entries(metrics)].flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
    return { epoch, step, verdict, seconds: this.sums.seconds ?? 0, metrics: Object.fromEntries(all) };
  }

  /** Null where no step of the epoch had such an output. */
  #mean(name: string): number | null {
    const sum = this.sums[name];
    return sum === undefined ? null : sum / this.sums.steps!;
  }
}
