import { EspalierError } from '@shared/errors';
import type { TrainSettings } from '@shared/settings';
import { stateName } from '../checkpoint/state';
import { float32, type Session, sizeOf } from '../compile/program';
import { biasCorrections } from '../core/adamw';
import { emaRate } from '../core/ema';
import { RandomStream } from '@shared/random';
import { largest, softmax } from './answers';
import type { HeadNetwork } from '../model/head-network';
import { ASKED, headState } from '../programs/head';
import type { HeadSchedule } from './schedule';
import { ClassDraw, normalised, type PixelTable } from './table';

/** Learning rate of the steps with unlabelled pixels over that of the first ones: the head knows the labels by then. */
const LATER_RATE = 0.5;

export type HeadStepOutputs = Readonly<Record<string, Float32Array | Int32Array>>;

/** The pixels that a head is trained on. */
export interface HeadPixels {
  readonly labelled: PixelTable;
  /** The same pixels in each of two views, row by row. Their labels are classes that the user ruled out. Null where there are none. */
  readonly unlabelled: readonly PixelTable[] | null;
}

/** A head being trained: the session of a `headProgram`, from its beginning on. */
export class HeadTraining {
  /** Steps taken. */
  #steps = 0;
  #draw: ClassDraw | null = null;
  /** Share of each class among the pseudo-labels, as they were last looked at; null before that. */
  pseudoShares: Float64Array | null = null;

  /**
   * Begins: student and teacher are the same.
   * @param start values of the network's variables
   * @param name tells the random draws of one training from those of another
   */
  constructor(
    private readonly session: Session,
    private readonly network: HeadNetwork,
    private readonly settings: TrainSettings,
    private readonly schedule: HeadSchedule,
    private readonly pixels: HeadPixels,
    private readonly name: string,
    start: ReadonlyMap<string, Float32Array>,
  ) {
    const moment = (name: string): boolean => name.startsWith('velocity/') || name.startsWith('square/');
    session.assign(
      Object.fromEntries(
        Object.entries(headState(network)).map(([name, spec]) => [
          name,
          moment(name) ? new Float32Array(sizeOf(spec)) : start.get(name.slice(name.indexOf('/') + 1))!,
        ]),
      ),
    );
  }

  /** Remembers where it stands. @returns goes back there */
  remember(): () => void {
    const [state, steps] = [this.session.read(Object.keys(headState(this.network))), this.#steps];
    return () => {
      this.session.assign(state);
      this.#steps = steps;
    };
  }

  /**
   * Takes the next step of the schedule.
   * @param gamma γ of unlabelled pixels
   * @throws EspalierError TRAIN_NAN
   */
  step(gamma = this.settings.gamma): HeadStepOutputs {
    const { settings, schedule } = this;
    const at = this.#steps - schedule.supervised;
    if (at < 0) return this.#take('supervised', settings.lrHead * (1 - this.#steps / schedule.supervised), schedule.supervised, {});
    if (at % schedule.perEpoch === 0) this.#shareOut();
    const of = schedule.steps - schedule.supervised;
    const random = this.#random('unlabelled');
    const rows = this.#draw!.draw(settings.pixels, random);
    const [one, other] = this.pixels.unlabelled! as [PixelTable, PixelTable];
    const [seen, beside] = random.integer(2) === 0 ? [one, other] : [other, one];
    return this.#take('step', LATER_RATE * settings.lrHead * (1 - at / of), of, {
      unlabelled: seen.gather(rows),
      beside: beside.gather(rows),
      rejected: Int32Array.from(rows, (row) => seen.rows.labels[row]!),
      gamma: Float32Array.of(gamma),
      beta: Float32Array.of(schedule.beta(this.#steps)!),
      lambdaCons: Float32Array.of(settings.lambdaCons),
    });
  }

  /** What a network says of all pixels of a table: logits, [rows, K]. */
  ask(network: 'student' | 'teacher', table: PixelTable): Float32Array {
    const { classes } = this.network;
    const answers = new Float32Array(table.size * classes);
    for (let from = 0; from < table.size; from += ASKED) {
      const rows = Int32Array.from({ length: Math.min(ASKED, table.size - from) }, (_, i) => from + i);
      const logits = float32(this.session.call(network, { features: table.gather(rows, ASKED) }).logits!);
      answers.set(logits.subarray(0, rows.length * classes), from * classes);
    }
    return answers;
  }

  /** Values of a network's variables. */
  read(network: 'student' | 'teacher'): Map<string, Float32Array> {
    const names = this.network.specs.map(({ name }) => name);
    const values = this.session.read(names.map((name) => stateName(network, name)));
    return new Map(names.map((name) => [name, float32(values[stateName(network, name)]!)]));
  }

  /** Looks anew at what the teacher takes the unlabelled pixels for, and draws them accordingly from here on. */
  #shareOut(): void {
    const { quota } = this.settings;
    const unlabelled = this.pixels.unlabelled!;
    const K = this.network.classes;
    const shown = unlabelled.map((table) => softmax(this.ask('teacher', table), K));
    const mean = shown[0]!.map((_, i) => shown.reduce((sum, view) => sum + view[i]!, 0));
    const classes = Uint8Array.from({ length: unlabelled[0]!.size }, (_, row) => largest(mean.subarray(row * K, (row + 1) * K)));
    const counts = new Float64Array(K);
    classes.forEach((k) => counts[k]!++);
    const wanted = this.pixels.labelled.drawnShares;
    this.pseudoShares = normalised(counts);
    const shares = this.pseudoShares.map((found, k) => (found === 0 ? 0 : wanted[k]! ** quota * found ** (1 - quota)));
    this.#draw = new ClassDraw(classes, normalised(shares));
  }

  #take(entry: string, rate: number, phaseSteps: number, more: Readonly<Record<string, Float32Array | Int32Array>>): HeadStepOutputs {
    const { settings } = this;
    const { labelled } = this.pixels;
    const rows = labelled.drawBalanced(settings.pixels, this.#random('labelled'));
    const noise = this.#random('noise').bits() >> 2;
    const step = this.#steps++;
    const { first, second } = biasCorrections(step);
    const outputs = this.session.call(entry, {
      features: labelled.gather(rows),
      labels: Int32Array.from(rows, (row) => labelled.rows.labels[row]!),
      seed: Int32Array.of(noise, step),
      rate: Float32Array.of(rate),
      first: Float32Array.of(first),
      second: Float32Array.of(second),
      emaAlpha: Float32Array.of(emaRate(step, settings.emaAlpha, phaseSteps)),
      ...more,
    });
    if (!Number.isFinite(outputs.loss![0]!)) throw new EspalierError('TRAIN_NAN', { step });
    return outputs;
  }

  #random(purpose: string): RandomStream {
    return new RandomStream(this.settings.seed, 'head', this.name, purpose, this.#steps);
  }
}
