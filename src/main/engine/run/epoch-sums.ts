import type { EpochReport } from '@shared/domain';
import type { Values } from '../compile/program';

/** What an epoch report tells besides the means over its steps. */
type Standing = 'epoch' | 'step' | 'beta' | 'learningRate' | 'pruningRatio' | 'studentMiou' | 'teacherMiou';

/** Sums of what the steps of an epoch put out, to report their means. Plain numbers, so that a checkpoint can hold them. */
export class EpochSums {
  readonly #started = performance.now();

  constructor(private readonly sums: Record<string, number> = {}) {}

  add(outputs: Readonly<Record<string, Values>>): void {
    for (const [name, [value]] of Object.entries(outputs)) this.sums[name] = (this.sums[name] ?? 0) + value!;
    this.sums.steps = (this.sums.steps ?? 0) + 1;
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
      seconds: (performance.now() - this.#started) / 1000,
    };
  }

  /** Null where no step of the epoch had such an output. */
  #mean(name: string): number | null {
    const sum = this.sums[name];
    return sum === undefined ? null : sum / this.sums.steps!;
  }
}
