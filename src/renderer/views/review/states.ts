import { DOUBTED, KEPT, LOW_CONFIDENCE, type ReviewState } from '@shared/review';
import type { ReviewOverlay } from '../../canvas/look';

export const OVERLAY_NAMES: Readonly<Record<ReviewOverlay, string>> = {
  prediction: 'Prediction',
  states: 'Kept and doubted',
  labels: 'Labels',
  difference: 'Labels against prediction',
  confidence: 'Map: confidence',
  similarity: 'Map: likeness under pruning',
  score: 'Map: score',
  change: 'Map: change',
};

export interface StateWords {
  readonly state: ReviewState;
  readonly name: string;
  /** The formula behind the words. */
  readonly formula: string;
}

const PRUNED: readonly StateWords[] = [
  { state: KEPT, name: 'kept', formula: 'p̃ · d^β ≥ γ: sure, and just as sure after pruning' },
  { state: LOW_CONFIDENCE, name: 'low confidence', formula: 'p̃ < γ: the teacher itself is not sure' },
  {
    state: DOUBTED,
    name: 'confident, but shaken by pruning',
    formula: 'p̃ ≥ γ but p̃ · d^β < γ: sure, until parts of the network are pruned away',
  },
];

const UNPRUNED: readonly StateWords[] = [
  { state: KEPT, name: 'sure', formula: 'p̃ ≥ γ' },
  { state: LOW_CONFIDENCE, name: 'unsure', formula: 'p̃ < γ' },
];

/** The review states in the order they are shown, of a run that doubts by pruning or of one whose confidence is all that it says. */
export const statesOf = (pruned: boolean): readonly StateWords[] => (pruned ? PRUNED : UNPRUNED);

export function wordsOf(state: ReviewState, pruned: boolean): StateWords {
  return statesOf(pruned).find((words) => words.state === state)!;
}
