import { BEST_SCALES } from '@shared/best-masks';
import type { TrainSettings } from '@shared/settings';
import type { Session } from '../compile/program';
import { openProgram } from '../programs/open';
import { type ProgramDescription, programOf } from '../programs';
import type { ImageFile } from './images';
import { Predictor } from './predictor';
import { batchOf, type Scoring } from '../programs/prediction';
import { planShapes } from './shapes';
import { predictionState, type StateReader } from './weights';

export interface OpenPredictor {
  readonly predictor: Predictor;
  /** Holds the networks; its state may be changed. The caller disposes it. */
  readonly session: Session;
  /** Chooses the network that predicts; none does at first. */
  use(network: 'student' | 'teacher', read: StateReader): void;
}

/** Best masks look at a window at 1.5 times its side, and so at smaller windows: of half as many more pixels there as others have. */
const LARGEST_BEST = 1.5 / Math.max(...BEST_SCALES) ** 2;

/** Opens the prediction of images of these sizes. */
export async function openPredictor(
  { backbone, decoder, compiled }: Pick<TrainSettings, 'backbone' | 'decoder' | 'compiled'>,
  classes: number,
  images: readonly Pick<ImageFile, 'width' | 'height'>[],
  scoring: Scoring,
  signal: AbortSignal,
): Promise<OpenPredictor> {
  const plan = planShapes(images, classes, scoring.best ? LARGEST_BEST : 1);
  const description: ProgramDescription = { kind: 'prediction', backbone, decoder, classes, ...scoring, shapes: plan.shapes };
  const { state } = programOf(description);
  const session = await openProgram(description, compiled, signal);
  return {
    predictor: new Predictor(session, plan, batchOf(scoring)),
    session,
    use: (network, read) => session.assign(predictionState(state, network, read)),
  };
}
