/** Steps on labelled images alone, and steps that learn from the unlabelled ones too. */
export type StepKind = 'supervised' | 'semiSupervised';

/** Weight of the newest step in the running averages. */
const WEIGHT = 0.05;

/** How many times as long a step with unlabelled images takes, until there has been one. */
const SEMI_SUPERVISED_COST = 2.5;

/** Remaining time of a run, from running averages of what its steps of each kind take. */
export class SecondsLeft {
  readonly #averages: Record<StepKind, number | null> = { supervised: null, semiSupervised: null };

  /** @param steps still to be taken, of each kind */
  constructor(private readonly steps: Record<StepKind, number>) {}

  tick(kind: StepKind, seconds: number): void {
    this.steps[kind]--;
    const average = this.#averages[kind];
    this.#averages[kind] = average === null ? seconds : average + WEIGHT * (seconds - average);
  }

  /** Null before the first step. */
  estimate(): number | null {
    const { supervised, semiSupervised } = this.#averages;
    const short = supervised ?? (semiSupervised === null ? null : semiSupervised / SEMI_SUPERVISED_COST);
    if (short === null) return null;
    return this.steps.supervised * short + this.steps.semiSupervised * (semiSupervised ?? short * SEMI_SUPERVISED_COST);
  }
}
