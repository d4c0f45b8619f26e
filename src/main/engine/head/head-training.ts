import { stateName } from '../checkpoint/state';
import { float32, type Session } from '../compile/program';
import { biasCorrections } from '../core/adamw';
import { curriculumBeta } from '../core/curriculum';
import { emaRate } from '../core/ema';
import { type Confusion, emptyConfusion } from '../core/metrics/confusion';
import { RandomStream } from '@shared/random';
import type { Values } from '../model/initial';
import type { PixelNetwork } from '../model/create';
import { EspalierError } from '@shared/errors';
import type { TrainSettings } from '@shared/settings';
import { ASKED, headState } from '../programs/head';
import { ClassDraw, normalised, type PixelTable } from './table';

/** Learning rate of the steps with unlabelled pixels over that of the first ones: the head knows the labels by then. */
const LATER_RATE = 0.5;

export type HeadStepOutputs = Readonly<Record<string, Float32Array | Int32Array>>;

/** The pixels that a head is trained on. */
export interface HeadPixels {
  readonly labelled: PixelTable;
  /** Their `labels` are classes that the user ruled out. Null where there are none. */
  readonly unlabelled: PixelTable | null;
}

/** A head being trained: the session of a `headProgram`, from its beginning on. */
export class HeadTraining {
  /** Steps taken since the beginning of the head. */
  #steps = 0;
  #draw: ClassDraw | null = null;

  /** @param name tells the random draws of one training from those of another */
  constructor(
    private readonly session: Session,
    private readonly network: PixelNetwork,
    private readonly settings: TrainSettings,
    private readonly pixels: HeadPixels,
    private readonly name: string,
  ) {}

  /** Student and teacher as they begin. @param initial of the network's variables */
  begin(initial: Values): void {
    this.session.assign(
      Object.fromEntries(
        Object.entries(headState(this.network)).map(([name, { shape }]) => {
          const values = initial.get(name.slice(name.indexOf('/') + 1))!;
          const moment = name.startsWith('velocity/') || name.startsWith('square/');
          return [name, moment ? new Float32Array(shape.reduce((product, side) => product * side, 1)) : values];
        }),
      ),
    );
    this.#steps = 0;
  }

  /** A step on labelled pixels. @param at which of `of` steps of this kind, from 0 */
  supervised(at: number, of: number): HeadStepOutputs {
    return this.#step('supervised', this.settings.lrHead * (1 - at / of), of, {});
  }

  /** A step on labelled and unlabelled pixels, which {@link shareOut} has prepared. @param epoch of `epochs` with unlabelled pixels, from 0 */
  semiSupervised(at: number, of: number, epoch: number, epochs: number): HeadStepOutputs {
    const { settings } = this;
    const unlabelled = this.pixels.unlabelled!;
    const rows = this.#draw!.draw(settings.pixels, this.#random('unlabelled'));
    return this.#step('step', LATER_RATE * settings.lrHead * (1 - at / of), of, {
      unlabelled: unlabelled.gather(rows),
      rejected: Int32Array.from(rows, (row) => unlabelled.labels[row]!),
      gamma: Float32Array.of(settings.gamma),
      beta: Float32Array.of(settings.curriculum ? curriculumBeta(settings, epoch, epochs) : settings.betaMax),
      lambdaCons: Float32Array.of(settings.lambdaCons),
    });
  }

  /**
   * Compares what a network says of pixels with their labels, each as many times as the pixels that it stands for.
   * @param priors τ of {@link priorShift}, a confusion matrix for each
   */
  measure(network: 'student' | 'teacher', table: PixelTable, priors: readonly number[]): Confusion[] {
    const { classes } = this.network;
    const confusions = priors.map(() => emptyConfusion(classes));
    const shifts = priors.map((prior) => priorShift(this.pixels.labelled, prior));
    this.#ask(network, table, (row, logits) => {
      const truth = table.labels[row]!;
      if (truth >= classes) return;
      shifts.forEach((shift, i) => (confusions[i]!.counts[truth * classes + largest(logits, shift)]! += table.weights[row]!));
    });
    return confusions;
  }

  /** Looks anew at what the teacher takes the unlabelled pixels for, and draws them accordingly from here on. @param quota q of the settings */
  shareOut(quota: number): void {
    const unlabelled = this.pixels.unlabelled!;
    const classes = new Uint8Array(unlabelled.size);
    const counts = new Float64Array(this.network.classes);
    const flat = new Float64Array(counts.length);
    this.#ask('teacher', unlabelled, (row, logits) => counts[(classes[row] = largest(logits, flat))]!++);
    const found = normalised(counts);
    const wanted = this.pixels.labelled.drawnShares;
    this.#draw = new ClassDraw(
      classes,
      normalised(found.map((share, k) => (share === 0 ? 0 : wanted[k]! ** quota * share ** (1 - quota)))),
    );
  }

  /** Values of the head's variables. */
  read(network: 'student' | 'teacher', names: readonly string[]): Map<string, Float32Array> {
    const values = this.session.read(names.map((name) => stateName(network, name)));
    return new Map(names.map((name) => [name, float32(values[stateName(network, name)]!)]));
  }

  #step(entry: string, rate: number, phaseSteps: number, more: Readonly<Record<string, Float32Array | Int32Array>>): HeadStepOutputs {
    const { settings, pixels } = this;
    const rows = pixels.labelled.drawBalanced(settings.pixels, this.#random('labelled'));
    const step = this.#steps++;
    const { first, second } = biasCorrections(step);
    const outputs = this.session.call(entry, {
      features: pixels.labelled.gather(rows),
      labels: Int32Array.from(rows, (row) => pixels.labelled.labels[row]!),
      seed: Int32Array.of(this.#random('noise').bits() >> 2, step),
      rate: Float32Array.of(rate),
      first: Float32Array.of(first),
      second: Float32Array.of(second),
      emaAlpha: Float32Array.of(emaRate(step, settings.emaAlpha, phaseSteps)),
      ...more,
    });
    if (!Number.isFinite(outputs.loss![0]!)) throw new EspalierError('TRAIN_NAN', { step });
    return outputs;
  }

  /** Asks a network about all pixels of a table. @param logits of a row, [K], only valid during the call */
  #ask(network: 'student' | 'teacher', table: PixelTable, use: (row: number, logits: Float32Array) => void): void {
    const { classes } = this.network;
    for (let from = 0; from < table.size; from += ASKED) {
      const rows = Int32Array.from({ length: Math.min(ASKED, table.size - from) }, (_, i) => from + i);
      const logits = float32(this.session.call(network, { features: table.gather(rows, ASKED) }).logits!);
      rows.forEach((row, i) => use(row, logits.subarray(i * classes, (i + 1) * classes)));
    }
  }

  #random(purpose: string): RandomStream {
    return new RandomStream(this.settings.seed, 'head', this.name, purpose, this.#steps);
  }
}

/**
 * What is added to the logits of a head that was trained on balanced pixels so that it expects classes as often as labels have them:
 * τ log(π / π_drawn) (logit adjustment, Menon et al. 2021). @param prior τ; 0 changes nothing
 */
export function priorShift({ shares, drawnShares }: PixelTable, prior: number): Float64Array {
  return shares.map((share, k) => (share === 0 ? 0 : prior * Math.log(share / drawnShares[k]!)));
}

function largest(logits: Float32Array, shift: Float64Array): number {
  let best = 0;
  for (let k = 1; k < logits.length; k++) if (logits[k]! + shift[k]! > logits[best]! + shift[best]!) best = k;
  return best;
}
