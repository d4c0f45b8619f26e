import { type Role, type Scope, stateSpecs } from '../checkpoint/state';
import type { Program } from '../compile/program';
import type { Moment } from '../core/optimiser';
import type { Network } from '../model/network';
import { type ComparisonSettings, teacherViews } from '../pruning/comparison';
import type { LearningMethod } from '../methods/method';
import type { Descent } from './descent';
import { type StepSettings, trainStep } from './step';

/**
 * The program of a training run. Entries: `supervised`, a step on labelled images alone (the warm-up); `step`, one with the method;
 * `teacher`, see {@link teacherViews}; and those of the method.
 * @param method null for supervised training, which has only the first entry
 */
export function trainingProgram(
  network: Network,
  method: LearningMethod | null,
  settings: StepSettings & ComparisonSettings & { readonly scope: Scope },
  descent: Descent,
): Program {
  const supervised = trainStep(network, null, settings, descent);
  return {
    state: stateSpecs(network, settings.scope, rolesOf(method, descent.moments)),
    entries: {
      supervised,
      ...(method && { step: trainStep(network, method, settings, descent), teacher: teacherViews(network, settings) }),
      ...method?.entries(network, settings),
    },
  };
}

/**
 * The roles that variables have in a training.
 * @param method null for supervised training
 * @param moments of the optimiser
 */
export function rolesOf(method: LearningMethod | null, moments: readonly Moment[]): readonly Role[] {
  return ['student', 'teacher', ...moments, ...(method?.roles ?? [])];
}
