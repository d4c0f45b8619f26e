import { EspalierError } from '@shared/errors';
import type { Progress, TrainProgress } from '@shared/protocol';
import type { RunInputs } from '@shared/run';
import type { CallContext } from '@shared/rpc';
import { curriculumTime, supervisedEpochs } from '@shared/settings';
import type { Session } from '../compile/program';
import { curriculumBeta } from '../core/curriculum';
import { emaRate } from '../core/ema';
import { polyLearningRate } from '../core/poly';
import type { Batch } from '../data/batch';
import { epochOf } from '../data/plan';
import { batchInputs } from './batch-inputs';
import type { Scores } from '../checkpoint/best';
import { EpochSums } from './epoch-sums';
import { yieldToMessages } from '../hear';
import type { ScoreScale } from '../core/score-scale';
import { collect } from '../collect';
import type { Round } from './round';
import { SecondsLeft } from './seconds-left';

/** Where a training stands between two steps. */
export interface Standing {
  step: number;
  seconds: number;
  ratio: number | null;
  /** What the scores of the epoch are scaled by. */
  scale: ScoreScale;
  sums: EpochSums;
}

export interface LoopParts {
  readonly inputs: RunInputs;
  readonly session: Session;
  /** The batch of the next step, in order. */
  readonly nextBatch: () => Promise<Batch>;
  readonly round: Round | null;
  /** Measures both networks on the held-out images when an epoch ends, and keeps the best; null when there are none. */
  readonly measure: ((epoch: number) => Promise<Scores>) | null;
  /** Called when an epoch ends and when the run is stopped. */
  readonly save: (standing: Standing) => Promise<void>;
}

/**
 * The training loop of PGCL, as the paper's algorithm: warm-up on labelled images; then, each epoch, prune the teacher, set β,
 * and for each batch let the teachers teach the student, and the teacher follow it.
 * @param standing where to begin; brought up to date
 * @throws EspalierError TRAIN_NAN, and whatever reading images throws
 */
export async function trainingLoop(
  parts: LoopParts,
  standing: Standing,
  context: CallContext<TrainProgress>,
): Promise<'finished' | 'stopped'> {
  const { inputs, session } = parts;
  const { settings } = inputs;
  const perEpoch = epochOf(inputs);
  const steps = perEpoch * settings.epochs;
  const supervisedSteps = supervisedEpochs(settings) * perEpoch;
  const left = new SecondsLeft({
    supervised: Math.max(0, supervisedSteps - standing.step),
    semiSupervised: steps - Math.max(supervisedSteps, standing.step),
  });

  while (standing.step < steps) {
    const started = performance.now();
    const { step } = standing;
    const epoch = Math.floor(step / perEpoch);
    const supervised = step < supervisedSteps;
    if (parts.round && !supervised && step % perEpoch === 0) {
      context.progress({ ...at(standing, 'preparing'), report: null });
      try {
        Object.assign(standing, await parts.round(epoch, standing.ratio, { signal: context.signal, progress: calibrating }));
      } catch (error) {
        if (!context.signal.aborted) throw error;
        // After the first step a checkpoint has all that counts: an epoch has just ended.
        if (step === 0) await parts.save(standing);
        return 'stopped';
      }
    }
    const ready = performance.now();
    const beta = settings.curriculum ? curriculumBeta(settings, ...curriculumTime(settings, epoch)) : settings.betaMax;
    const batch = await parts.nextBatch();
    const outputs = session.call(supervised ? 'supervised' : 'step', {
      ...batchInputs(batch),
      lrBackbone: Float32Array.of(polyLearningRate(settings.lrBackbone, step, steps)),
      lrHead: Float32Array.of(polyLearningRate(settings.lrHead, step, steps)),
      emaAlpha: Float32Array.of(emaRate(step, settings.emaAlpha, steps)),
      ...(!supervised && {
        gamma: Float32Array.of(settings.gamma),
        beta: Float32Array.of(beta * standing.scale.beta),
        classFactors: Float32Array.from(standing.scale.classes),
        lambdaCons: Float32Array.of(settings.lambdaCons),
        lambdaCont: Float32Array.of(settings.lambdaCont),
      }),
    });
    const loss = outputs.loss![0]!;
    if (!Number.isFinite(loss)) throw new EspalierError('TRAIN_NAN', { step });
    standing.sums.add(outputs);
    standing.step++;
    const now = performance.now();
    standing.seconds += (now - started) / 1000;
    left.tick(supervised ? 'supervised' : 'semiSupervised', (now - ready) / 1000);

    const epochEnded = standing.step % perEpoch === 0;
    const scores = epochEnded && parts.measure ? await parts.measure(epoch + 1) : null;
    const report = epochEnded
      ? standing.sums.report({
          epoch: epoch + 1,
          step: standing.step,
          beta: supervised ? null : beta,
          learningRate: polyLearningRate(settings.lrHead, step, steps),
          pruningRatio: supervised ? null : standing.ratio,
          studentMiou: scores?.student ?? null,
          teacherMiou: scores?.teacher ?? null,
        })
      : null;
    context.progress({ ...at(standing, supervised && settings.method !== 'sup' ? 'warmup' : 'training'), loss, report });
    if (epochEnded) {
      standing.sums = new EpochSums();
      await parts.save(standing);
      collect();
    }
    await yieldToMessages();
    if (context.signal.aborted && standing.step < steps) {
      if (!epochEnded) await parts.save(standing);
      return 'stopped';
    }
  }
  return 'finished';

  function calibrating({ done, total, secondsLeft }: Progress): void {
    context.progress({ ...at(standing, 'calibrating'), step: done, steps: total, secondsLeft, report: null });
  }

  function at({ step }: Standing, phase: TrainProgress['phase']): Omit<TrainProgress, 'report'> {
    return { phase, epoch: Math.ceil(step / perEpoch), epochs: settings.epochs, step, steps, loss: null, secondsLeft: left.estimate() };
  }
}
