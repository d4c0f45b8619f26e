import type { Program } from '../compile/program';
import type { Network } from '../model/network';
import type { Method } from './methods/method';
import { comparison, type ComparisonSettings } from '../pruning/comparison';
import { recalibration } from '../pruning/pruned-teacher';
import { type Scope, stateSpecs } from '../checkpoint/state';
import { type StepSettings, trainStep } from './step';

/**
 * The program of a training run. Entries: `supervised`, a step on labelled images alone (the warm-up); `step`, one with the method;
 * `recalibrate` and `compare`, see {@link recalibration} and {@link comparison}.
 * @param method null for supervised training, which has only the first entry
 */
export function trainingProgram(
  network: Network,
  method: Method | null,
  settings: StepSettings & ComparisonSettings & { readonly scope: Scope },
): Program {
  const { batch, crop, scope } = settings;
  const supervised = trainStep(network, null, settings);
  if (!method) return { state: stateSpecs(network, scope), entries: { supervised } };
  return {
    state: stateSpecs(network, scope),
    entries: {
      supervised,
      step: trainStep(network, method, settings),
      recalibrate: recalibration(network, [batch, crop, crop, 3]),
      compare: comparison(network, settings),
    },
  };
}
