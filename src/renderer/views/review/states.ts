import { DOUBTED, KEPT, LOW_CONFIDENCE, type ReviewState } from '@shared/review';

export interface StateWords {
  readonly state: ReviewState;
  readonly name: string;
  /** The formula behind the words. */
  readonly formula: string;
}

/** The review states in the order they are shown. */
export const STATES: readonly StateWords[] = [
  { state: KEPT, name: 'kept', formula: 'p̃ · d^β ≥ γ: sure, and just as sure after pruning' },
  { state: LOW_CONFIDENCE, name: 'low confidence', formula: 'p̃ < γ: the teacher itself is not sure' },
  {
    state: DOUBTED,
    name: 'confident, but shaken by pruning',
    formula: 'p̃ ≥ γ but p̃ · d^β < γ: sure, until parts of the network are pruned away',
  },
];

export function wordsOf(state: ReviewState): StateWords {
  return STATES.find((words) => words.state === state)!;
}
