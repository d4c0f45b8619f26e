import { addToConfusion, type Confusion, emptyConfusion } from '../../core/metrics/confusion';
import { addToHistogram, areaUnderRoc, density, emptyHistogram, type ScoreHistogram } from '../../core/metrics/score-histogram';
import { type SelectionQuality, selectionQuality } from '../../core/metrics/selection';
import type { Prediction } from '../predictor';

const BINS = 100;
const SCORES = ['confidence', 'similarity', 'refined'] as const;
type Score = (typeof SCORES)[number];

/** What one way of choosing pseudo-labels keeps. Shares are null where there is nothing to take a share of. */
export interface Selection {
  /** Table 3. */
  readonly quality: { readonly [K in keyof SelectionQuality]: number | null };
  /** Fig. 4: share kept among right and among wrong pseudo-labels. */
  readonly areas: { readonly right: number | null; readonly wrong: number | null };
}

export interface SelectionReport {
  readonly gamma: number;
  readonly beta: number;
  /** By p̃ ≥ γ, and by s ≥ γ. */
  readonly conf: Selection;
  readonly refined: Selection;
  /** Fig. 4: density of each score among right and wrong pseudo-labels, over equal bins of [0, 1]. */
  readonly density: Readonly<Record<Score, { readonly right: number[]; readonly wrong: number[] }>>;
  /** How well each score tells right from wrong; null when all are right or all wrong. */
  readonly auc: Readonly<Record<Score, number | null>>;
}

/** Gathers Table 3 and Fig. 4 over images with truth. */
export class SelectionStudy {
  private readonly all: Confusion;
  private readonly kept: Readonly<Record<'conf' | 'refined', Confusion>>;
  private readonly histograms: Readonly<Record<Score, ScoreHistogram>>;

  /** @param classes K */
  constructor(
    private readonly classes: number,
    private readonly gamma: number,
    private readonly beta: number,
  ) {
    this.all = emptyConfusion(classes);
    this.kept = { conf: emptyConfusion(classes), refined: emptyConfusion(classes) };
    this.histograms = { confidence: emptyHistogram(BINS), similarity: emptyHistogram(BINS), refined: emptyHistogram(BINS) };
  }

  /** @param truth class index of each pixel, ≥ K where it is not counted */
  add({ classes: predicted, confidence, similarity }: Prediction, truth: Uint8Array): void {
    const refined = confidence.map((p, i) => p * Math.min(Math.max(similarity[i]!, 0), 1) ** this.beta);
    const keep = (scores: Float32Array): Uint8Array => Uint8Array.from(scores, (score) => Number(score >= this.gamma));
    addToConfusion(this.all, predicted, truth);
    addToConfusion(this.kept.conf, predicted, truth, keep(confidence));
    addToConfusion(this.kept.refined, predicted, truth, keep(refined));
    const scores: Record<Score, Float32Array> = { confidence, similarity, refined };
    for (const name of SCORES) addToHistogram(this.histograms[name], scores[name], predicted, truth, this.classes);
  }

  report(): SelectionReport {
    const { gamma, beta, histograms } = this;
    const each = <T>(value: (histogram: ScoreHistogram) => T): Record<Score, T> => ({
      confidence: value(histograms.confidence),
      similarity: value(histograms.similarity),
      refined: value(histograms.refined),
    });
    return {
      gamma,
      beta,
      conf: this.selection(this.kept.conf),
      refined: this.selection(this.kept.refined),
      density: each(({ right, wrong }) => ({ right: Array.from(density(right)), wrong: Array.from(density(wrong)) })),
      auc: each((histogram) => defined(areaUnderRoc(histogram))),
    };
  }

  private selection(kept: Confusion): Selection {
    const { accuracy, precision, recall, f1 } = selectionQuality(kept);
    const [all, chosen] = [rightAndWrong(this.all), rightAndWrong(kept)];
    return {
      quality: { accuracy: defined(accuracy), precision: defined(precision), recall: defined(recall), f1: defined(f1) },
      areas: { right: defined(chosen.right / all.right), wrong: defined(chosen.wrong / all.wrong) },
    };
  }
}

/** Pixels on the diagonal of a confusion matrix, and beside it. */
function rightAndWrong({ classes, counts }: Confusion): { right: number; wrong: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const right = counts.reduce((sum, count, i) => (i % (classes + 1) === 0 ? sum + count : sum), 0);
  return { right, wrong: total - right };
}

/** JSON has no NaN. */
function defined(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
