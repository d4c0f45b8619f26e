import type * as tf from '@tensorflow/tfjs-core';
import { tensorIn } from '../checkpoint/state';
import type { Specs, Tensors } from '../compile/program';
import { ADAMW_MOMENTS, adamW } from '../core/adamw';
import type { Moment } from '../core/optimiser';
import { sgd, SGD_MOMENTS, type SgdSettings } from '../core/sgd';
import type { Mode } from '../model/network';
import { dropout } from './dropout';
import { type Learning, learningStep } from './learning';

type Taught = Pick<Learning<Moment, unknown>, 'network' | 'losses'>;

/** How a network as a whole descends. */
export interface Descent {
  /** What its optimiser keeps of each variable. */
  readonly moments: readonly Moment[];
  /** The inputs of a step that are its own. */
  readonly inputs: Specs;
  /** Whether the loss of a pixel is weighed by its class, see {@link CLASS_WEIGHTS}. */
  readonly weighed: boolean;
  /** See {@link learningStep}. */
  step(taught: Taught, inputs: Tensors, state: Tensors): { losses: Tensors; updates: Tensors };
}

/** Weight of a pixel in the losses by its class index, [256]; 0 where nothing is labelled, at 255. */
export const CLASS_WEIGHTS = 'classWeights';

const SCALAR = { dtype: 'float32', shape: [] } as const;
const scalarIn = (inputs: Tensors, name: string): tf.Scalar => tensorIn(inputs, name) as tf.Scalar;

/** From new heads: SGD as in the paper, with rates `lrBackbone` and `lrHead`; batch normalisation goes by the batch. */
export const trainingDescent = (settings: SgdSettings): Descent => ({
  moments: SGD_MOMENTS,
  inputs: { emaAlpha: SCALAR, lrBackbone: SCALAR, lrHead: SCALAR },
  weighed: false,
  step: (taught, inputs, state) =>
    learningStep(
      {
        ...taught,
        optimiser: sgd(settings),
        ratesOf: ({ part }) => ({ rate: scalarIn(inputs, part === 'backbone' ? 'lrBackbone' : 'lrHead') }),
        mode: (onStatistics) => ({ kind: 'train', onStatistics }),
      },
      inputs,
      state,
    ),
});

/**
 * From a head that knows the labels: AdamW of one small `rate` for all, `first` and `second` its bias corrections; running statistics stay,
 * since a few crops say less of them than what they came from; some of the features are left out at random, as the head learnt.
 */
export const tuningDescent = (settings: Parameters<typeof adamW>[0]): Descent => ({
  moments: ADAMW_MOMENTS,
  inputs: {
    emaAlpha: SCALAR,
    rate: SCALAR,
    first: SCALAR,
    second: SCALAR,
    seed: { dtype: 'int32', shape: [2] },
    [CLASS_WEIGHTS]: { dtype: 'float32', shape: [256] },
  },
  weighed: true,
  step: (taught, inputs, state) => {
    const rates = { rate: scalarIn(inputs, 'rate'), first: scalarIn(inputs, 'first'), second: scalarIn(inputs, 'second') };
    const seed = tensorIn(inputs, 'seed') as tf.Tensor1D;
    const mode = (): Mode => ({ kind: 'tune', between: (features) => dropout(features, seed) });
    return learningStep({ ...taught, optimiser: adamW(settings), ratesOf: () => rates, mode }, inputs, state);
  },
});
