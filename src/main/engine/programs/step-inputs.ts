import type { Specs } from '../compile/program';

/** What fixes the shapes of a step. */
export interface StepShape {
  /** Labelled and unlabelled images of a step, n and m. */
  readonly batch: number;
  readonly unlabelledBatch: number;
  /** Side of the square crop, C pixels. */
  readonly crop: number;
  /** Anchors and negatives of Eq. 9. */
  readonly anchors: number;
  readonly negatives: number;
}

const SCALAR = { dtype: 'float32', shape: [] } as const;

/** γ, cβ of the epoch (see `ScoreScale`), and the weights of Eq. 8 and 9 in the loss. */
const DOUBTS: Specs = { gamma: SCALAR, beta: SCALAR, lambdaCons: SCALAR, lambdaCont: SCALAR };

/** A step on labelled images alone, beside what its descent wants: `images` normalised, `labels` class indices or 255. */
export function supervisedInputs({ batch, crop }: StepShape): Specs {
  return {
    images: { dtype: 'float32', shape: [batch, crop, crop, 3] },
    labels: { dtype: 'int32', shape: [batch, crop, crop] },
  };
}

/**
 * A step on labelled and unlabelled images. `strong` comes with its boxes pasted; `inside` (1 in the image, 0 in the padding) and `rejected` (a class
 * the user ruled out, or 255) belong to the unmixed weak views, and are pasted in the step. `classFactors`: a_k of a `ScoreScale`.
 * @param classes K
 */
export function semiSupervisedInputs(shape: StepShape, classes: number): Specs {
  const { unlabelledBatch, crop, anchors, negatives } = shape;
  return {
    ...supervisedInputs(shape),
    ...DOUBTS,
    classFactors: { dtype: 'float32', shape: [classes] },
    weak: { dtype: 'float32', shape: [unlabelledBatch, crop, crop, 3] },
    strong: { dtype: 'float32', shape: [unlabelledBatch, crop, crop, 3] },
    inside: { dtype: 'float32', shape: [unlabelledBatch, crop, crop] },
    rejected: { dtype: 'int32', shape: [unlabelledBatch, crop, crop] },
    boxes: { dtype: 'int32', shape: [unlabelledBatch, 4] },
    partners: { dtype: 'int32', shape: [unlabelledBatch] },
    anchors: { dtype: 'int32', shape: [anchors] },
    negatives: { dtype: 'int32', shape: [negatives] },
  };
}
