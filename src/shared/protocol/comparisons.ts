import { z } from 'zod';
import { Cell } from '../comparison';
import { runId, share } from './fields';
import { longMethod, method, type MethodSpec } from './method';
import { Progress } from './progress';

/** Cells of both runs over the same images. */
const Compared = z.object({ images: z.number().int(), run: z.array(Cell), other: z.array(Cell) });

/** Runs against each other, and against the labels that people drew or imported: what was accepted from a prediction is no witness for it. */
export const comparisonMethods = {
  /**
   * Measures what is not measured yet of the images that a run predicted: its predictions against the labels as they are now, and against
   * those of another run. Lists by `contradicted`, `suspect` and `change` go by that. `leftOut`: images whose predictions could not be used.
   */
  'comparisons.measure': longMethod(
    'library',
    z.object({ runId, other: runId.nullable() }),
    Progress,
    z.object({ measured: z.number().int(), leftOut: z.number().int() }),
  ),
  /** What is measured of two runs, or (`other` null) of one. */
  'comparisons.read': method(
    'library',
    z.object({ runId, other: runId.nullable() }),
    z.object({
      /** Over the images that both predicted: mean share of the pixels that they predict otherwise. */
      change: z.object({ images: z.number().int(), mean: share.nullable() }).nullable(),
      all: Compared,
      /** Only images whose labels neither run learnt from. */
      unseen: Compared,
    }),
  ),
} as const satisfies Record<string, MethodSpec>;
