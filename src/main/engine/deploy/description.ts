import type { ModelOutput } from '@shared/model-export';
import { BACKBONE_DESCRIPTIONS } from '../model/backbones';
import { createNetwork } from '../model/create';
import type { TrainedRun } from '../predict/jobs';

/** What a model says of itself: `espalier.json` beside it, and the key `espalier` of its metadata. */
export interface ModelDescription {
  readonly by: 'Espalier';
  readonly version: 1;
  readonly run: string;
  /** In the order of the channels of probabilities and logits. */
  readonly classes: readonly { readonly id: number; readonly name: string; readonly color: string }[];
  readonly backbone: string;
  readonly decoder: string;
  readonly input: {
    readonly name: 'image';
    readonly what: string;
    /** Larger images are predicted by Espalier in overlapping windows of at most so many pixels, in the image's own size. */
    readonly mostPixels: number;
    /** The network looks at images in so many times their size; the model resizes them itself. */
    readonly viewScale: number;
  };
  readonly output: ModelOutput;
  /** Pixels that a cell of the logits is wide and high, where the network looks at images in their own size. */
  readonly stride: number;
}

export function descriptionOf({ inputs, checkpoint }: TrainedRun, output: ModelOutput): ModelDescription {
  const { backbone, decoder } = checkpoint.settings;
  const { viewScale } = checkpoint;
  return {
    by: 'Espalier',
    version: 1,
    run: inputs.runId,
    classes: inputs.classes.map(({ id, name, color }) => ({ id, name, color })),
    backbone,
    decoder,
    input: {
      name: 'image',
      what: 'RGB, 0 to 255, float32 [1, height, width, 3], of any height and width',
      mostPixels: Math.round(BACKBONE_DESCRIPTIONS[backbone].input.mostPixels / Math.max(1, viewScale ** 2)),
      viewScale,
    },
    output,
    stride: createNetwork(backbone, inputs.classes.length, decoder).stride,
  };
}
