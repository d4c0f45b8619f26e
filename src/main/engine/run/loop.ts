import { EspalierError } from '@shared/errors';
import type { EpochReport } from '@shared/domain';
import { METHOD_NEEDS } from '@shared/methods';
import type { Progress } from '@shared/protocol';
import type { RunInputs } from '@shared/run';
import type { CallContext } from '@shared/rpc';
import type { Work } from '@shared/run-news';
import { curriculumTime, supervisedEpochs } from '@shared/settings';
import type { Session } from '../compile/program';
import { curriculumBeta } from '../core/curriculum';
import { emaRate } from '../core/ema';
import { polyLearningRate } from '../core/poly';
import type { Batch } from '../data/batch';
import { epochOf } from '../data/plan';
import { batchInputs } from '../programs/batch-inputs';
import type { Scores } from '../checkpoint/best';
import { EpochSums } from '../progress/epoch-sums';
import { yieldToMessages } from '../process/hear';
import type { ScoreScale } from '../core/score-scale';
import { collect } from '../process/collect';
import type { Round } from './round';
import { Stopwatch } from '../progress/stopwatch';
import type { Teller } from '../progress/teller';
import type { WorkPlan } from './work-plan';

/** Where a training stands between two steps. */
export interface LoopState {
  step: number;
  seconds: number;
  ratio: number | null;
  /** What the scores of the epoch are scaled by. */
  scale: ScoreScale;
  /** Of the epoch under way, or of the one that has just ended and has yet to be measured and reported. */
  sums: EpochSums;
}

export interface LoopParts {
  readonly inputs: RunInputs;
  readonly session: Session;
  /** The batch of the next step, in order. */
  readonly nextBatch: () => Promise<Batch>;
  readonly round: Round | null;
  /**
   * Measures both networks on the held-out images when an epoch ends, and keeps the best; null when there are none. Throws the signal's
   * reason when it is aborted.
   */
  readonly measure: ((epoch: number, context: CallContext<Progress>) => Promise<Scores>) | null;
  /** Called when an epoch ends and when the run is stopped. */
  readonly save: (standing: LoopState) => Promise<void>;
  readonly work: WorkPlan;
}

/**
 * The training loop of PGCL, as the paper's algorithm: warm-up on labelled images; then, each epoch, prune the teacher, set β,
 * and for each batch let the teachers teach the student, and the teacher follow it.
 * @param standing where to begin; brought up to date
 * @throws EspalierError TRAIN_NAN, and whatever reading images throws
 */
export async function trainingLoop(
  parts: LoopParts,
  standing: LoopState,
  teller: Teller,
  signal: AbortSignal,
): Promise<'finished' | 'stopped'> {
  const { inputs, session, work } = parts;
  const { settings } = inputs;
  const perEpoch = epochOf(inputs);
  const steps = perEpoch * settings.epochs;
  const supervisedSteps = supervisedEpochs(settings) * perEpoch;
  const watch = new Stopwatch();
  // A training that begins has no checkpoint, one that goes on stands at it.
  let saved = standing.step > 0;

  for (;;) {
    try {
      if (standing.step > 0 && standing.step % perEpoch === 0 && !standing.sums.isEmpty) await endEpoch();
      if (standing.step >= steps) return 'finished';
      signal.throwIfAborted();
      if (parts.round && standing.step >= supervisedSteps && standing.step % perEpoch === 0) await makeReady(parts.round);
    } catch (error) {
      if (!signal.aborted) throw error;
      if (!saved) await parts.save(standing);
      return 'stopped';
    }
    await takeStep();
    await yieldToMessages();
  }

  async function takeStep(): Promise<void> {
    const { step } = standing;
    const supervised = step < supervisedSteps;
    const batch = await parts.nextBatch();
    const outputs = session.call(supervised ? 'supervised' : 'step', {
      ...batchInputs(batch),
      lrBackbone: Float32Array.of(polyLearningRate(settings.lrBackbone, step, steps)),
      lrHead: Float32Array.of(polyLearningRate(settings.lrHead, step, steps)),
      emaAlpha: Float32Array.of(emaRate(step, settings.emaAlpha, steps)),
      ...(!supervised && {
        gamma: Float32Array.of(settings.gamma),
        beta: Float32Array.of(betaAt(step) * standing.scale.beta),
        classFactors: Float32Array.from(standing.scale.classes),
        lambdaCons: Float32Array.of(settings.lambdaCons),
        lambdaCont: Float32Array.of(settings.lambdaCont),
      }),
    });
    const loss = outputs.loss![0]!;
    if (!Number.isFinite(loss)) throw new EspalierError('TRAIN_NAN', { step });
    standing.sums.add(outputs);
    standing.step++;
    saved = false;
    const kind = supervised ? 'supervised' : 'semiSupervised';
    const done = spent(kind, work[kind]);
    teller.tell({ ...at(supervised && METHOD_NEEDS[settings.method].unlabelled ? 'warmup' : 'training'), loss, work: done, left: left() });
  }

  /** Measures and reports the epoch whose last step was taken, and saves. */
  async function endEpoch(): Promise<void> {
    const epoch = standing.step / perEpoch;
    const scores = await parts.measure?.(epoch, {
      signal,
      progress: ({ done, total }) => {
        const share = work.evaluation / total;
        const rest = (total - done) * share;
        const { evaluation = 0, ...others } = left();
        const todo = { ...others, evaluation: Math.max(0, evaluation - work.evaluation) + rest };
        teller.tell({ ...at('evaluating'), step: done, steps: total, work: spent('evaluation', share), left: todo });
      },
    });
    // What came after the last image, if only a millisecond, is the epoch's too.
    spent('evaluation', 0);
    teller.tell({ news: [{ kind: 'epoch', report: reportOf(epoch, scores ?? null) }] });
    standing.sums = new EpochSums();
    await parts.save(standing);
    saved = true;
    collect();
    teller.tell({ work: { kind: 'saving', units: work.saving, seconds: watch.lap() }, left: left() });
  }

  function reportOf(epoch: number, scores: Scores | null): EpochReport {
    const last = standing.step - 1;
    const supervised = last < supervisedSteps;
    return standing.sums.report({
      epoch,
      step: standing.step,
      metrics: {
        beta: supervised ? null : betaAt(last),
        learningRate: polyLearningRate(settings.lrHead, last, steps),
        pruningRatio: supervised ? null : standing.ratio,
        studentMiou: scores?.student ?? null,
        teacherMiou: scores?.teacher ?? null,
      },
    });
  }

  async function makeReady(round: Round): Promise<void> {
    const epoch = standing.step / perEpoch;
    teller.tell({ ...at('preparing'), left: left() });
    const progress = ({ done, total }: Progress): void => {
      const { calibration = 0, ...others } = left();
      const share = calibration / total;
      const todo = { ...others, calibration: calibration - done * share };
      teller.tell({ ...at('calibrating'), step: done, steps: total, work: spent('calibration', share), left: todo });
    };
    Object.assign(standing, await round.prepare(epoch, standing.ratio, { signal, progress }));
    teller.tell({ ...at('preparing'), work: spent('round', round.work.round), left: left(true) });
  }

  function betaAt(step: number): number {
    return settings.curriculum ? curriculumBeta(settings, ...curriculumTime(settings, Math.floor(step / perEpoch))) : settings.betaMax;
  }

  /** Work that has just been done; its time counts as the epoch's and the run's. */
  function spent(kind: string, units: number): Work {
    const seconds = watch.lap();
    standing.seconds += seconds;
    standing.sums.spend(seconds);
    return { kind, units, seconds };
  }

  function left(ready = false): ReturnType<WorkPlan['left']> {
    return work.left({
      step: standing.step,
      atEnd: !standing.sums.isEmpty && standing.step % perEpoch === 0,
      ready,
      calibrated: standing.ratio !== null,
    });
  }

  function at(phase: 'preparing' | 'warmup' | 'training' | 'calibrating' | 'evaluating') {
    const { step } = standing;
    return { phase, epoch: Math.ceil(step / perEpoch), epochs: settings.epochs, step, steps };
  }
}
