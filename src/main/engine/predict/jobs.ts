import type { ReviewShares } from '@shared/domain';
import type { RunInputs } from '@shared/run';
import type { Session } from '../compile/program';
import { openProgram } from '../open-program';
import { type ProgramDescription, programOf } from '../programs';
import { type Best, LEARNERS } from '../run/best';
import type { Checkpoint } from '../run/checkpoint';
import { type Evaluation, evaluate } from './evaluate';
import type { ImageFile, NamedImage } from './images';
import { predictMasks } from './masks';
import { Predictor } from './predictor';
import type { PrunedTeacher } from './program';
import { predictForReview } from './review';
import { planShapes } from './shapes';
import { predictionState } from './weights';

/** A run whose networks predict. */
export interface TrainedRun {
  readonly folder: string;
  readonly inputs: RunInputs;
  readonly checkpoint: Checkpoint;
}

/** Tells that one more image is done. */
type OnImage = () => void;

/** Writes the review file of each image: see {@link predictForReview}. */
export async function predictRun(
  run: TrainedRun,
  images: readonly ImageFile[],
  onImage: (image: ImageFile, shares: ReviewShares) => void,
  signal: AbortSignal,
): Promise<void> {
  const classIds = run.inputs.classes.map(({ id }) => id);
  await withPredictor(run, images, prunedTeacherOf(run), ({ predictor }) =>
    predictForReview({ predictor, classIds, folder: run.folder }, images, onImage, signal),
  );
}

/** Writes the teacher's class map of each image: see {@link predictMasks}. */
export async function predictRunMasks(
  run: TrainedRun,
  images: readonly NamedImage[],
  out: string,
  onImage: OnImage,
  signal: AbortSignal,
): Promise<void> {
  await withPredictor(run, images, null, ({ predictor }) => predictMasks(predictor, run.inputs.classes, images, out, onImage, signal));
}

/**
 * Compares student and teacher with the truth, as they were last and, where images were held out, as they were best: see {@link evaluate}.
 * @param best null where there is none
 * @param onImage is called for each image and each of these networks
 */
export async function evaluateRun(
  run: TrainedRun,
  best: Best | null,
  images: readonly NamedImage[],
  truth: string,
  onImage: OnImage,
  signal: AbortSignal,
): Promise<Evaluation[]> {
  return withPredictor(run, images, null, async ({ predictor, use }) => {
    const evaluations: Evaluation[] = [];
    for (const state of best ? [null, best] : [null]) {
      for (const network of LEARNERS) {
        use(network, state?.tensors);
        const evaluation = await evaluate(network, predictor, run.inputs.classes, images, truth, onImage, signal);
        evaluations.push({ ...evaluation, bestEpoch: state?.peaks[network].epoch ?? null });
      }
    }
    return evaluations;
  });
}

/** The pruned teacher of a run; null when the run has none (yet). */
export function prunedTeacherOf({ checkpoint: { settings, ratio } }: TrainedRun): PrunedTeacher | null {
  if (settings.method !== 'pgcl' || !settings.refinement || ratio === null) return null;
  return { scope: settings.scope, statistics: settings.prunedStatistics, doubt: settings.doubt, views: null };
}

interface OpenPredictor {
  readonly predictor: Predictor;
  /** Holds the networks; its state may be changed. */
  readonly session: Session;
  /** Chooses the network that predicts, of the last state or of other tensors; the last teacher at first. */
  use(network: 'student' | 'teacher', tensors?: Checkpoint['tensors']): void;
}

/** Opens a run's networks for images of these sizes, and closes them afterwards. */
export async function withPredictor<T>(
  { inputs, checkpoint }: TrainedRun,
  images: readonly ImageFile[],
  pruned: PrunedTeacher | null,
  work: (open: OpenPredictor) => Promise<T>,
): Promise<T> {
  const { backbone, compiled } = checkpoint.settings;
  const classes = inputs.classes.length;
  const plan = planShapes(images, classes);
  const description: ProgramDescription = { kind: 'prediction', backbone, classes, pruned, shapes: plan.shapes };
  const { state } = programOf(description);
  const session = await openProgram(description, compiled);
  const use: OpenPredictor['use'] = (network, tensors = checkpoint.tensors) => session.assign(predictionState(state, tensors, network));
  try {
    use('teacher');
    return await work({ predictor: new Predictor(session, plan), session, use });
  } finally {
    session.dispose();
  }
}
