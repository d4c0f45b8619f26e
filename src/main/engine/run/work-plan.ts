import type { RunInputs } from '@shared/run';
import type { WorkLeft } from '@shared/run-news';
import { supervisedEpochs, unlabelledBatchOf } from '@shared/settings';
import { LEARNERS } from '../checkpoint/best';
import { epochOf } from '../data/plan';
import type { RoundWork } from '../methods/renewal';

/** A step that learns looks at a pixel three times: forward, and backward for weights and inputs. */
const LEARNT = 3;
/** An unlabelled image is seen by the student, which learns, and by the teachers. */
const LEARNT_UNLABELLED = 4.5;

/** Where a run stands between two pieces of work. */
interface Place {
  readonly step: number;
  /** The epoch that ends at this step has yet to be measured, or the epoch that begins with it to be made ready. */
  readonly atEnd: boolean;
  readonly ready: boolean;
  /** A ratio is known. */
  readonly calibrated: boolean;
}

/** What a run has to do, in the units of {@link WorkLeft}. */
export class WorkPlan {
  readonly supervised: number;
  readonly semiSupervised: number;
  readonly evaluation: number;
  readonly saving: number;
  readonly #perEpoch: number;
  readonly #epochs: number;
  readonly #supervisedEpochs: number;

  constructor(
    inputs: RunInputs,
    heldOut: RunInputs['labelled'],
    private readonly rounds: RoundWork | null,
  ) {
    const { settings } = inputs;
    const view = settings.crop ** 2;
    this.supervised = LEARNT * settings.batch * view;
    this.semiSupervised = this.supervised + LEARNT_UNLABELLED * unlabelledBatchOf(settings) * view;
    this.evaluation = LEARNERS.length * heldOut.reduce((pixels, { width, height }) => pixels + width * height, 0);
    // Writing a state takes about as long as a short step.
    this.saving = this.supervised;
    this.#perEpoch = epochOf(inputs);
    this.#epochs = settings.epochs;
    this.#supervisedEpochs = supervisedEpochs(settings);
  }

  left({ step, atEnd, ready, calibrated }: Place): WorkLeft {
    const perEpoch = this.#perEpoch;
    const [total, warm] = [perEpoch * this.#epochs, perEpoch * this.#supervisedEpochs];
    // Epochs whose end is still to come, and epochs of the method that are still to be made ready.
    const ends = this.#epochs - Math.floor(step / perEpoch) + (atEnd ? 1 : 0);
    const begun = Math.ceil(step / perEpoch) + (ready ? 1 : 0);
    const rounds = Math.max(0, this.#epochs - Math.max(begun, this.#supervisedEpochs));
    return {
      supervised: Math.max(0, warm - step) * this.supervised,
      semiSupervised: (total - Math.max(warm, step)) * this.semiSupervised,
      ...(this.evaluation > 0 && { evaluation: ends * this.evaluation }),
      saving: ends * this.saving,
      ...(this.rounds && {
        round: rounds * this.rounds.round,
        calibration: rounds > 0 && !calibrated ? this.rounds.calibration : 0,
      }),
    };
  }
}
