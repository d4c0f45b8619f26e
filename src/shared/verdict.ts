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
  /** γ that unlabelled pixels are learnt with where they are; null in runs of before, which had one. */
  gamma: z.number().min(0).max(1).nullable().default(null),
  /** mIoU of the head that the run began from, on the same pixels; null where it began from none. */
  began: z.number().min(0).max(1).nullable().default(null),
  /** Labelled images that it rests on, each held out once. */
  images: z.number().int().positive(),
  /** τ: how far the chosen network's classes are moved from the shares it was trained with (0) to those of the labels (1). */
  prior: z.number(),
  /** Side of an image as it is looked at, over its own: what does best on images that were not learnt from. */
  scale: z.number().positive().default(1),
  /** Whether the run's confidence is fitted on these pixels, or the probability that its teacher gives the class. */
  confidence: z.enum(['fitted', 'probability']).default('probability'),
  /**
   * What training the whole network did for it: mIoU over whole held-out images before and at its best, and the steps until then, 0 where
   * it did not help enough and is not given. Null where it was not tried.
   */
  tuning: z
    .object({ before: z.number().min(0).max(1), after: z.number().min(0).max(1), steps: z.number().int().nonnegative() })
    .nullable()
    .default(null),
});
export type Verdict = z.infer<typeof Verdict>;

/** mIoU of what the run gives, on labels that were held out. */
export const estimateOf = ({ chosen, labels, unlabelled, tuning }: Verdict): number =>
  isTuned(tuning) ? tuning.after : chosen === 'unlabelled' ? unlabelled! : labels;

/** Which network the run gives, within a sentence. */
export function givenText({ chosen, tuning }: Verdict): string {
  const from = chosen === 'unlabelled' ? 'the unlabelled images too' : 'the labels alone';
  return isTuned(tuning) ? `the whole network, which learnt from ${from}` : `the network that learnt from ${from}`;
}

type Tuning = NonNullable<Verdict['tuning']>;

const isTuned = (tuning: Tuning | null): tuning is Tuning => tuning !== null && tuning.steps > 0;

/** Why it gives that one; null where there was no other. */
export function reasonText(verdict: Verdict): string | null {
  return [beganText(verdict), unlabelledText(verdict), tuningText(verdict)].filter(Boolean).join(' ') || null;
}

const pointsText = (share: number): string => `${(100 * Math.abs(share)).toFixed(1)} points of mIoU`;

function beganText(verdict: Verdict): string | null {
  if (verdict.began === null) return null;
  const added = estimateOf(verdict) - verdict.began;
  const where = 'On the same labels the head that it began from';
  return added === 0 ? `${where} did as well.` : `${where} did ${pointsText(added)} ${added > 0 ? 'worse' : 'better'}.`;
}

function unlabelledText({ chosen, labels, unlabelled }: Verdict): string | null {
  if (unlabelled === null) return null;
  const added = unlabelled - labels;
  const where = 'On held-out labels the unlabelled images';
  if (added === 0) return `${where} add nothing.`;
  if (added < 0) return `${where} take ${pointsText(added)} away.`;
  // Runs of before wanted more of them.
  return `${where} add ${pointsText(added)}${chosen === 'labels' ? ', too little for this run to rely on them' : ''}.`;
}

function tuningText({ tuning }: Verdict): string | null {
  if (!tuning) return null;
  const added = tuning.after - tuning.before;
  if (added === 0) return 'Training the whole network adds nothing to it.';
  const much = tuning.steps > 0 ? `in ${tuning.steps.toLocaleString('en')} steps` : 'too little for this run to rely on it';
  return `Training the whole network adds ${pointsText(added)}${tuning.steps > 0 ? ' ' : ', '}${much}.`;
}

/** What the figures rest on, and how the run looks at images and trusts itself. */
export function basisText({ chosen, gamma, images, scale, confidence }: Verdict): string {
  return [
    `Estimated on ${images} labelled images, each held out of a training once.`,
    ...(chosen === 'unlabelled' && gamma !== null ? [`Unlabelled pixels count from a confidence of ${gamma} on, which does best.`] : []),
    ...(scale === 1 ? [] : [`Images are looked at × ${scale} of their size, which does best.`]),
    ...(confidence === 'fitted' ? ['The confidence of its predictions is fitted on your labels.'] : []),
  ].join(' ');
}

/** The verdict in sentences. */
export function verdictText(verdict: Verdict): string {
  return [`This run gives ${givenText(verdict)}: ${figuresText(verdict)}.`, reasonText(verdict), basisText(verdict)]
    .filter(Boolean)
    .join(' ');
}

function figuresText({ labels, unlabelled, tuning }: Verdict): string {
  if (isTuned(tuning)) return `mIoU ${miouText(tuning.after)}, ${miouText(tuning.before)} before it was trained as a whole`;
  if (unlabelled === null) return `mIoU ${miouText(labels)}`;
  return `mIoU ${miouText(labels)} by labels alone, ${miouText(unlabelled)} with unlabelled images`;
}

export const miouText = (share: number): string => `${(100 * share).toFixed(1)} %`;
