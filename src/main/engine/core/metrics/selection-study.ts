import type { Selection, SelectionReport } from '@shared/analysis';
import { addToConfusion, type Confusion, emptyConfusion } from './confusion';
import { pixelAccuracy } from './iou';
import { addToHistogram, areaUnderRoc, coarser, density, emptyHistogram, type ScoreHistogram } from './score-histogram';
import { selectionQuality } from './selection';

/** Scores crowd near 1, and so many bins still tell them apart there. */
const BINS = 10_000;
/** Bins of Fig. 4. */
const DENSITY_BINS = 100;
const SCORES = ['confidence', 'similarity', 'refined'] as const;
type Score = (typeof SCORES)[number];

/** Pseudo-labels and what is thought of them, pixel by pixel. */
export interface ScoredPixels {
  /** Class index. */
  readonly classes: ArrayLike<number>;
  /** p̃ and d, in [0, 1]. */
  readonly confidence: Float32Array;
  readonly similarity: Float32Array;
}

/** Gathers Table 3 and Fig. 4 over images with truth. */
export class SelectionStudy {
  readonly #all: Confusion;
  readonly #kept: Readonly<Record<'conf' | 'refined', Confusion>>;
  readonly #histograms: Readonly<Record<Score, ScoreHistogram>>;

  /** @param classes K */
  constructor(
    private readonly classes: number,
    private readonly gamma: number,
    private readonly beta: number,
  ) {
    this.#all = emptyConfusion(classes);
    this.#kept = { conf: emptyConfusion(classes), refined: emptyConfusion(classes) };
    this.#histograms = { confidence: emptyHistogram(BINS), similarity: emptyHistogram(BINS), refined: emptyHistogram(BINS) };
  }

  /** @param truth class index of each pixel, ≥ K where it is not counted */
  add({ classes: predicted, confidence, similarity }: ScoredPixels, truth: ArrayLike<number>): void {
    const { refined, kept } = this.#scores(confidence, similarity);
    addToConfusion(this.#all, predicted, truth);
    addToConfusion(this.#kept.conf, predicted, truth, kept.conf);
    addToConfusion(this.#kept.refined, predicted, truth, kept.refined);
    const scores: Record<Score, Float32Array> = { confidence, similarity, refined };
    for (const name of SCORES) addToHistogram(this.#histograms[name], scores[name], predicted, truth, this.classes);
  }

  /** s of each pixel, and whether p̃ and s reach γ. */
  #scores(
    confidence: Float32Array,
    similarity: Float32Array,
  ): { refined: Float32Array; kept: Readonly<Record<'conf' | 'refined', Uint8Array>> } {
    const refined = new Float32Array(confidence.length);
    const kept = { conf: new Uint8Array(confidence.length), refined: new Uint8Array(confidence.length) };
    for (let i = 0; i < refined.length; i++) {
      refined[i] = confidence[i]! * Math.min(Math.max(similarity[i]!, 0), 1) ** this.beta;
      kept.conf[i] = Number(confidence[i]! >= this.gamma);
      kept.refined[i] = Number(refined[i]! >= this.gamma);
    }
    return { refined, kept };
  }

  /** Pixel accuracy of all pseudo-labels, kept or not; null when no pixel counts. */
  accuracy(): number | null {
    return defined(pixelAccuracy(this.#all));
  }

  report(): SelectionReport {
    const { gamma, beta } = this;
    const histograms = this.#histograms;
    const each = <T>(value: (histogram: ScoreHistogram) => T): Record<Score, T> => ({
      confidence: value(histograms.confidence),
      similarity: value(histograms.similarity),
      refined: value(histograms.refined),
    });
    const shown = (counts: Float64Array): number[] => Array.from(density(coarser(counts, DENSITY_BINS)));
    return {
      gamma,
      beta,
      conf: this.#selection(this.#kept.conf),
      refined: this.#selection(this.#kept.refined),
      density: each(({ right, wrong }) => ({ right: shown(right), wrong: shown(wrong) })),
      auc: each((histogram) => defined(areaUnderRoc(histogram))),
    };
  }

  #selection(kept: Confusion): Selection {
    const { accuracy, precision, recall, f1 } = selectionQuality(kept);
    const [all, chosen] = [rightAndWrong(this.#all), rightAndWrong(kept)];
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
