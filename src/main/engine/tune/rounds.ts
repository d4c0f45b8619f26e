import type { EpochReport } from '@shared/domain';
import type { WorkLeft } from '@shared/run-news';
import type { TrainSettings } from '@shared/settings';
import type { Verdict } from '@shared/verdict';
import type { Session } from '../compile/program';
import { type FittedConfidence, trustedConfidence } from '../core/fitted-confidence';
import { hear } from '../process/hear';
import { EpochSums } from '../progress/epoch-sums';
import { Stopwatch } from '../progress/stopwatch';
import type { Teller } from '../progress/teller';
import type { HeldOutAnswers } from './held-out';
import { courseOf } from './schedule';
import type { Standing } from './standing';
import type { TunedNetwork } from './tuned-network';

export interface RoundParts {
  readonly settings: Pick<TrainSettings, 'hours' | 'lrBackbone' | 'crop' | 'batch'>;
  readonly session: Session;
  /** K. */
  readonly classes: number;
  /** Steps of each network between two looks at the held-out labels. */
  readonly perRound: number;
  /** Those of the folds, and last the one that the run gives. */
  readonly networks: readonly TunedNetwork[];
  /** What the folds' networks say of what they have not learnt from. */
  readonly measure: () => Promise<HeldOutAnswers>;
  /** Keeps a network where it stands, to go on from. */
  readonly keepNetwork: (number: number) => Promise<void>;
  readonly keepStanding: () => Promise<void>;
  /** Makes the last network the one that predicts. @param confidence fitted on the folds' answers; null: not */
  readonly give: (confidence: FittedConfidence | null) => Promise<void>;
}

/** Pixels that a step looks at count so many times: forth, back, and the teacher. */
const STEP = 4;

/**
 * Trains the networks by turns, round after round, until no better figure is to be expected or the hours are over; one round at least.
 * @param standing where to begin; brought up to date
 * @throws EspalierError TRAIN_NAN, NONE_READABLE, DISK_FULL; the signal's reason when it is aborted
 */
export async function tuneInRounds(parts: RoundParts, standing: Standing, teller: Teller, signal: AbortSignal): Promise<void> {
  const { settings, networks, session, perRound } = parts;
  const { figures, seconds } = standing;
  const watch = new Stopwatch();
  const units = STEP * settings.batch * settings.crop ** 2;
  let [steps, stepSeconds, longest] = [0, 0, 0];

  if (figures.length === 0) {
    await measure();
    await parts.keepStanding();
  }
  for (;;) {
    const { rate, over } = courseOf(figures);
    if (over || (figures.length > 1 && secondsLeft() < longest)) return;
    await takeRound(figures.length, rate);
  }

  async function takeRound(round: number, rate: number): Promise<void> {
    const begun = seconds.tuning;
    const sums = new EpochSums();
    const epoch = standing.report.epoch + round;
    for (const [number, network] of networks.entries()) {
      if (network.steps >= round * perRound) continue;
      await network.turn(session, round * perRound, rate, async (outputs) => {
        const lap = spend();
        stepSeconds += lap;
        steps++;
        if (number === networks.length - 1) sums.add(outputs);
        const work = { kind: 'tuning', units, seconds: lap };
        teller.tell({ phase: 'tuning', epoch, epochs: epoch, loss: outputs.loss![0]!, work, left: left() });
        await hear(signal);
      });
      await parts.keepNetwork(number);
    }
    const answers = await measure();
    longest = Math.max(longest, seconds.tuning - begun);
    sums.spend(seconds.tuning - begun);
    if (courseOf(figures).best === round) {
      const confidence = trustedConfidence(answers.judged, parts.classes);
      standing.confidence = confidence ? 'fitted' : 'probability';
      await parts.give(confidence);
    }
    await parts.keepStanding();
    teller.news({ kind: 'epoch', report: reportOf(sums, epoch, rate) });
  }

  async function measure(): Promise<HeldOutAnswers> {
    const answers = await parts.measure();
    spend();
    figures.push(answers.miou);
    standing.priors.push(answers.prior);
    return answers;
  }

  function reportOf(sums: EpochSums, epoch: number, rate: number): EpochReport {
    const metrics = { learningRate: rate * settings.lrBackbone, tunedMiou: figures.at(-1)! };
    const step = standing.report.step + perRound * (epoch - standing.report.epoch);
    return sums.report({ epoch, step, metrics, verdict: verdictOf(standing, perRound) });
  }

  /** Counts the time since it did last. */
  function spend(): number {
    const lap = watch.lap();
    seconds.run += lap;
    seconds.tuning += lap;
    return lap;
  }

  function secondsLeft(): number {
    return 3600 * settings.hours - seconds.tuning;
  }

  /** All that the hours allow, at the speed of the steps so far. */
  function left(): WorkLeft {
    return { tuning: (Math.max(0, secondsLeft()) * units * steps) / stepSeconds };
  }
}

/** What the run's verdict is by now. */
function verdictOf({ report, figures, priors, confidence }: Standing, perRound: number): Verdict {
  const { best, figure } = courseOf(figures);
  const tuning = { before: figures[0]!, after: figure, steps: best * perRound };
  return { ...report.verdict!, ...(best > 0 && { prior: priors[best]! }), confidence, tuning };
}
