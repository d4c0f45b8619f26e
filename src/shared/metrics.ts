import type { RunPart } from './methods';

/** A number that an epoch of a run measured, and how it is shown. */
export interface Metric {
  /** Beside the others of its chart. */
  readonly label: string;
  /** In symbols, or what it means; null where the label says it. */
  readonly about: string | null;
  readonly unit: 'number' | 'share';
  /** Of its line, as SVG has it; null: drawn through. */
  readonly dash: string | null;
  /** What a run must have to measure it. */
  readonly needs: readonly RunPart[];
}

/**
 * What epochs may measure. Losses are means over an epoch's steps; shares are over unlabelled pixels that are not padding. A metric that an
 * epoch did not have is left out of its report: a warm-up has no pseudo-labels, plain confidence no similarity.
 */
export const METRICS = {
  lossSupervised: { label: 'supervised', about: null, unit: 'number', dash: null, needs: [] },
  lossConsistency: { label: 'consistency', about: null, unit: 'number', dash: '5 3', needs: ['unlabelled'] },
  lossContrastive: { label: 'contrastive', about: null, unit: 'number', dash: '2 3', needs: ['unlabelled', 'network'] },
  keptByConfidence: { label: 'by confidence alone', about: 'p̃ ≥ γ', unit: 'share', dash: '5 3', needs: ['unlabelled'] },
  keptAfterRefinement: { label: 'after doubt through pruning', about: 's = p̃ · d^β ≥ γ', unit: 'share', dash: null, needs: ['pruning'] },
  beta: { label: 'how much it counts', about: 'β, which the curriculum lowers', unit: 'number', dash: null, needs: ['pruning'] },
  meanSimilarity: {
    label: 'likeness under pruning',
    about: 'mean of d: how alike a pixel looks to the teacher and to the pruned teacher',
    unit: 'number',
    dash: '5 3',
    needs: ['pruning'],
  },
  /** mIoU of both networks on the held-out images, at the end of the epoch. */
  studentMiou: { label: 'student', about: null, unit: 'share', dash: '5 3', needs: ['heldOut'] },
  teacherMiou: { label: 'teacher', about: null, unit: 'share', dash: null, needs: ['heldOut'] },
  /** mIoU on labels that the networks had not learnt from, as the whole network is trained. */
  tunedMiou: {
    label: 'whole network',
    about: 'on held-out labels, each held out of one training',
    unit: 'share',
    dash: null,
    needs: ['tuning'],
  },
  learningRate: { label: 'learning rate', about: null, unit: 'number', dash: null, needs: [] },
  pruningRatio: { label: 'pruning ratio', about: null, unit: 'share', dash: null, needs: ['pruning'] },
} as const satisfies Readonly<Record<string, Metric>>;
export type MetricName = keyof typeof METRICS;

/** A report of an older version, whose metrics were fields of it, null where there was none, as one of today. */
export function withMetrics(report: unknown): unknown {
  if (typeof report !== 'object' || report === null || 'metrics' in report) return report;
  const [metrics, others]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  for (const [name, value] of Object.entries(report)) {
    if (!Object.hasOwn(METRICS, name)) others[name] = value;
    else if (value !== null) metrics[name] = value;
  }
  return { ...others, metrics };
}
