import { type Role, type Scope, stateSpecs } from '../checkpoint/state';
import type { Program } from '../compile/program';
import { SGD_MOMENTS } from '../core/sgd';
import type { Network } from '../model/network';
import { type ComparisonSettings, teacherViews } from '../pruning/comparison';
import type { LearningMethod } from '../methods/method';
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
): Program {
  const supervised = trainStep(network, null, settings);
  return {
    state: stateSpecs(network, settings.scope, rolesOf(method)),
    entries: {
      supervised,
      ...(method && { step: trainStep(network, method, settings), teacher: teacherViews(network, settings) }),
      ...method?.entries(network, settings),
    },
  };
}

/** The roles that variables have in a training. @param method null for supervised training */
export function rolesOf(method: LearningMethod | null): readonly Role[] {
  return ['student', 'teacher', ...SGD_MOMENTS, ...(method?.roles ?? [])];
}
