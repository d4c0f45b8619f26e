import { RandomStream } from '@shared/random';
import type { RunInputs } from '@shared/run';
import { type FittedConfidence, joined, type JudgedPixels } from '../core/fitted-confidence';
import type { LeftOut } from '@shared/run-news';
import { addToConfusion, emptyConfusion } from '../core/metrics/confusion';
import { meanIou } from '../core/metrics/iou';
import type { OnLeftOut } from '../data/left-out';
import { compareWithTruth } from '../predict/evaluate';
import { labelledImages, type TruthImage } from '../predict/images';
import { type OpenPredictor, openPredictor } from '../predict/open';
import type { Prediction } from '../predict/predictor';
import type { StateReader } from '../predict/weights';

/** Pixels of an image at most that say how far networks are to be trusted. */
const JUDGED_PIXELS = 2048;
/** In the place of p̃ this puts σ(p̃ − p₂), which gives p₂. */
const marginOf = (classes: number): FittedConfidence => ({ bias: 0, certainty: 0, margin: 1, classes: new Array<number>(classes).fill(0) });

/** τ that are tried: a network that learnt from weighed pixels may expect its rare classes much too often. */
const PRIORS = [0, 0.5, 1, 2] as const;

/** What networks of folds say of what they have not learnt from, with the prior that does best. */
export interface HeldOutAnswers {
  readonly miou: number;
  /** τ, the smallest of equals. */
  readonly prior: number;
  /** Some pixels, fold by fold. */
  readonly judged: readonly JudgedPixels[];
}

/** Networks of folds on the images that each has not learnt from, whole and in the scale that images are predicted in. */
export class FoldsHeldOut {
  private constructor(
    private readonly inputs: RunInputs,
    private readonly images: readonly TruthImage[],
    private readonly open: OpenPredictor,
    private readonly onLeftOut: OnLeftOut,
  ) {}

  /** @param folder of the run @throws the signal's reason when it is aborted */
  static async open(
    inputs: RunInputs,
    folder: string,
    viewScale: number,
    onLeftOut: OnLeftOut,
    signal: AbortSignal,
  ): Promise<FoldsHeldOut> {
    const K = inputs.classes.length;
    const scoring = { pruned: null, scale: null, confidence: marginOf(K), viewScale, best: false };
    const open = await openPredictor(inputs.settings, K, inputs.labelled, scoring, signal);
    return new FoldsHeldOut(inputs, labelledImages(inputs.labelled, folder), open, onLeftOut);
  }

  /**
   * What their teachers say of all labelled pixels together.
   * @param networks gives those of the folds with a prior
   * @param folds numbers of the images that each network has not learnt from
   * @throws EspalierError NONE_READABLE; the signal's reason when it is aborted
   */
  async measure(
    networks: (prior: number) => readonly StateReader[],
    folds: readonly (readonly number[])[],
    signal: AbortSignal,
  ): Promise<HeldOutAnswers> {
    let best: HeldOutAnswers | null = null;
    for (const prior of PRIORS) {
      const answers = await this.#ask(networks(prior), folds, signal);
      if (best === null || answers.miou > best.miou) best = { ...answers, prior };
    }
    return best!;
  }

  async #ask(
    networks: readonly StateReader[],
    folds: readonly (readonly number[])[],
    signal: AbortSignal,
  ): Promise<Omit<HeldOutAnswers, 'prior'>> {
    const { classes, settings } = this.inputs;
    const confusion = emptyConfusion(classes.length);
    const judged: JudgedPixels[] = [];
    const reading = { signal, onLeftOut: (leftOut: LeftOut) => this.onLeftOut({ ...leftOut, stage: 'training' }) };
    for (const [fold, read] of networks.entries()) {
      this.open.use('teacher', read);
      const images = folds[fold]!.map((number) => this.images[number]!);
      const pixels: JudgedPixels[] = [];
      const add = (prediction: Prediction, truth: Uint8Array): void => {
        addToConfusion(confusion, prediction.classes, truth);
        pixels.push(judgedPixels(prediction, truth, classes.length, new RandomStream(settings.seed, 'judged', fold, pixels.length)));
      };
      await compareWithTruth(this.open.predictor, classes, images, add, reading);
      judged.push(joined(pixels));
    }
    return { miou: meanIou(confusion), judged };
  }

  close(): void {
    this.open.session.dispose();
  }
}

/** Some of the labelled pixels of an image. @param prediction with what {@link marginOf} puts in the place of p̃ */
function judgedPixels({ classes, confidence, probability }: Prediction, truth: Uint8Array, K: number, random: RandomStream): JudgedPixels {
  const known = Int32Array.from(truth.keys()).filter((at) => truth[at]! < K);
  const count = Math.min(JUDGED_PIXELS, known.length);
  const places = random.choose(count, known.length).map((i) => known[i]!);
  const best = Float32Array.from(places, (at) => probability![at]!);
  return {
    classes: Uint8Array.from(places, (at) => classes[at]!),
    best,
    second: best.map((p, i) => {
      const said = confidence[places[i]!]!;
      return Math.max(0, p - Math.log(said / (1 - said)));
    }),
    right: Uint8Array.from(places, (at) => Number(classes[at] === truth[at])),
    weights: new Float32Array(count).fill(known.length / Math.max(1, count)),
  };
}
