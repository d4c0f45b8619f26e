import { type Role, ROLES, type Scope, stateSpecs } from '../checkpoint/state';
import type { Program } from '../compile/program';
import type { Network } from '../model/network';
import { type ComparisonSettings, teacherViews } from '../pruning/comparison';
import { pruningEntries } from '../pruning/entries';
import type { Method } from '../methods/method';
import { type StepSettings, trainStep } from './step';

/**
 * The program of a training run. Entries: `supervised`, a step on labelled images alone (the warm-up); `step`, one with the method;
 * `teacher`, see {@link teacherViews}; and those of {@link pruningEntries} where the method prunes.
 * @param method null for supervised training, which has only the first entry
 */
export function trainingProgram(
  network: Network,
  method: Method | null,
  settings: StepSettings & ComparisonSettings & { readonly scope: Scope },
): Program {
  const supervised = trainStep(network, null, settings);
  return {
    state: stateSpecs(network, settings.scope, rolesOf(method)),
    entries: {
      supervised,
      ...(method && { step: trainStep(network, method, settings), teacher: teacherViews(network, settings) }),
      ...(method?.prunes && pruningEntries(network, settings)),
    },
  };
}

/** The roles that variables have in a training; without a method that prunes there is no pruned teacher. */
export function rolesOf(method: Method | null): readonly Role[] {
  return method?.prunes ? ROLES : ['student', 'teacher', 'velocity'];
}
