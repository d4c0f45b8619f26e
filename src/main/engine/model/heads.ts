import { type Layer, normalisedConvolution, pointwise, sequence } from './layers';

/** Channels of the projector's two layers; the second is the size E of the embedding. */
const PROJECTOR = [128, 256] as const;

/** h, which makes embeddings of features. */
export interface Projector extends Layer {
  /** Size E of an embedding. */
  readonly channels: number;
}

/** g: one 1×1 convolution with bias to class logits. */
export function classifier(from: number, classes: number): Layer {
  return pointwise('classifier', 'classifier', from, classes);
}

/** h before its normalisation: two 1×1 convolutions with batch normalisation and ReLU. */
export function projector(from: number): Projector {
  const layers = sequence(
    ...PROJECTOR.map((to, i) =>
      normalisedConvolution({
        name: `projector.${i}.conv`,
        norm: `projector.${i}.norm`,
        part: 'projector',
        from: i === 0 ? from : PROJECTOR[0],
        to,
        size: 1,
        activation: 'relu',
        epsilon: 1e-5,
      }),
    ),
  );
  return { ...layers, channels: PROJECTOR[1] };
}
