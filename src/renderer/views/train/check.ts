import { messageOf } from '@shared/errors';
import { type Method, METHOD_NEEDS } from '@shared/methods';
import type { Backbone } from '@shared/settings';
import { missingWeights } from '@shared/weights';
import { count } from '../../ui/format';

export interface Facts {
  readonly method: Method;
  readonly labelled: number;
  readonly unlabelled: number;
  /** Classes with labelled pixels, counted up to two; null while unknown. */
  readonly classesUsed: number | null;
  /** The backbone, when its weights are not there. */
  readonly weightsMissing: Backbone | null;
  readonly busy: boolean;
}

export interface Check {
  readonly ready: boolean;
  readonly sentence: string;
  /** What would make a run possible. */
  readonly remedy: 'label' | 'labelsOnly' | 'weights' | null;
}

/** Whether a run can begin, in one sentence; the same conditions as the library's, known before the click. */
export function checkRun({ method, labelled, unlabelled, classesUsed, weightsMissing, busy }: Facts): Check {
  if (busy) return { ready: false, sentence: 'A run is going on; you can keep labelling meanwhile.', remedy: null };
  if (labelled === 0) return { ready: false, sentence: messageOf('TRAIN_NO_LABELS'), remedy: 'label' };
  if (classesUsed !== null && classesUsed < 2) return { ready: false, sentence: messageOf('TRAIN_ONE_CLASS'), remedy: 'label' };
  const needs = METHOD_NEEDS[method];
  if (unlabelled === 0 && needs.unlabelled) {
    return { ready: false, sentence: messageOf('TRAIN_NO_UNLABELLED', { method }), remedy: 'labelsOnly' };
  }
  if (weightsMissing) return { ready: false, sentence: missingWeights(weightsMissing).message, remedy: 'weights' };
  const rest = needs.unlabelled ? `, learning from ${count(unlabelled, 'unlabelled image')} beside them` : '';
  return { ready: true, sentence: `Ready: trains on ${count(labelled, 'labelled image')}${rest}.`, remedy: null };
}
