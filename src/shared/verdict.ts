import { z } from 'zod';

/**
 * Whether the unlabelled images helped, by labelled pixels that the networks had not seen: mIoU of what labels alone give, and of what
 * the unlabelled images add to it. The better of both is what the run gives.
 */
export const Verdict = z.object({
  chosen: z.enum(['labels', 'unlabelled']),
  labels: z.number().min(0).max(1),
  /** Null where the run is to learn from labels alone. */
  unlabelled: z.number().min(0).max(1).nullable(),
  /** Labelled images that it rests on, each held out once. */
  images: z.number().int().positive(),
  /** τ: how far the chosen network's classes are moved from the shares it was trained with (0) to those of the labels (1). */
  prior: z.number(),
  /** Side of an image as it is looked at, over its own: what does best on images that were not learnt from. */
  scale: z.number().positive().default(1),
  /** Whether the run's confidence is fitted on these pixels, or the probability that its teacher gives the class. */
  confidence: z.enum(['fitted', 'probability']).default('probability'),
});
export type Verdict = z.infer<typeof Verdict>;

/** The verdict in a sentence. */
export function verdictText({ scale, confidence, ...verdict }: Verdict): string {
  return [
    helpText(verdict),
    ...(scale === 1 ? [] : [`Images are looked at × ${scale} of their size, which does best.`]),
    ...(confidence === 'fitted' ? ['The confidence of its predictions is fitted on your labels.'] : []),
  ].join(' ');
}

function helpText({ chosen, labels, unlabelled, images }: Omit<Verdict, 'scale' | 'confidence'>): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const basis = `on ${images} labelled images, each held out once`;
  if (unlabelled === null) return `Estimated mIoU ${percent(labels)} ${basis}.`;
  const figures = `mIoU ${percent(unlabelled)} with them, ${percent(labels)} without, ${basis}`;
  return chosen === 'unlabelled'
    ? `The unlabelled images help: ${figures}.`
    : `The unlabelled images do not help clearly here, so this is the network of labels alone: ${figures}.`;
}
