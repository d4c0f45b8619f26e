import type { EpochReport } from '@shared/domain';
import type { Values } from '../compile/program';

/** What an epoch report tells besides the means over its steps. */
type Standing = 'epoch' | 'step' | 'beta' | 'learningRate' | 'pruningRatio' | 'studentMiou' | 'teacherMiou';

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

  report(standing: Pick<EpochReport, Standing> & Partial<Pick<EpochReport, 'verdict'>>): EpochReport {
    return {
      verdict: null,
      ...standing,
      lossSupervised: this.#mean('sup') ?? 0,
      lossConsistency: this.#mean('cons'),
      lossContrastive: this.#mean('cont'),
      keptByConfidence: this.#mean('keptByConfidence'),
      keptAfterRefinement: this.#mean('kept'),
      meanSimilarity: this.#mean('similarity'),
      seconds: this.sums.seconds ?? 0,
    };
  }

  /** Null where no step of the epoch had such an output. */
  #mean(name: string): number | null {
    const sum = this.sums[name];
    return sum === undefined ? null : sum / this.sums.steps!;
  }
}
