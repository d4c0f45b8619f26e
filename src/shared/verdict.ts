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

/** mIoU of what the run gives, on labels that were held out. */
export const estimateOf = ({ chosen, labels, unlabelled }: Verdict): number => (chosen === 'unlabelled' ? unlabelled! : labels);

/** Which network the run gives, within a sentence. */
export const givenText = ({ chosen }: Verdict): string =>
  chosen === 'unlabelled' ? 'the network that learnt from the unlabelled images too' : 'the network that learnt from the labels alone';

/** Why it gives that one; null where there was no other. */
export function reasonText({ chosen, labels, unlabelled }: Verdict): string | null {
  if (unlabelled === null) return null;
  const points = (share: number): string => `${(100 * Math.abs(share)).toFixed(1)} points of mIoU`;
  const added = unlabelled - labels;
  const where = 'On held-out labels the unlabelled images';
  if (added === 0) return `${where} add nothing.`;
  if (added < 0) return `${where} take ${points(added)} away.`;
  // Runs of before wanted more of them.
  return `${where} add ${points(added)}${chosen === 'labels' ? ', too little for this run to rely on them' : ''}.`;
}

/** What the figures rest on, and how the run looks at images and trusts itself. */
export function basisText({ images, scale, confidence }: Verdict): string {
  return [
    `Estimated on ${images} labelled images, each held out of a training once.`,
    ...(scale === 1 ? [] : [`Images are looked at × ${scale} of their size, which does best.`]),
    ...(confidence === 'fitted' ? ['The confidence of its predictions is fitted on your labels.'] : []),
  ].join(' ');
}

/** The verdict in sentences. */
export function verdictText(verdict: Verdict): string {
  const { labels, unlabelled } = verdict;
  const figures =
    unlabelled === null
      ? `mIoU ${miouText(labels)}`
      : `mIoU ${miouText(labels)} by labels alone, ${miouText(unlabelled)} with unlabelled images`;
  return [`This run gives ${givenText(verdict)}: ${figures}.`, reasonText(verdict), basisText(verdict)].filter(Boolean).join(' ');
}

export const miouText = (share: number): string => `${(100 * share).toFixed(1)} %`;
