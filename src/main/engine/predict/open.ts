import { BEST_VIEWS } from '@shared/best-masks';
import type { TrainSettings } from '@shared/settings';
import type { Session } from '../compile/program';
import { BACKBONE_DESCRIPTIONS } from '../model/backbones';
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

/** Share of the pixels of a window where it is looked at enlarged, so that it stays as large there; with Best masks half as large again. */
function windowShare({ viewScale, best }: Scoring): number {
  const largest = viewScale * (best ? Math.max(...BEST_VIEWS.map(({ scale }) => scale)) : 1);
  return Math.min(1, (best ? 1.5 : 1) / largest ** 2);
}

/** Opens the prediction of images of these sizes. */
export async function openPredictor(
  { backbone, decoder, compiled }: Pick<TrainSettings, 'backbone' | 'decoder' | 'compiled'>,
  classes: number,
  images: readonly Pick<ImageFile, 'width' | 'height'>[],
  scoring: Scoring,
  signal: AbortSignal,
): Promise<OpenPredictor> {
  const { input } = BACKBONE_DESCRIPTIONS[backbone];
  const plan = planShapes(images, input, classes, windowShare(scoring));
  const description: ProgramDescription = { kind: 'prediction', backbone, decoder, classes, ...scoring, shapes: plan.shapes };
  const { state } = programOf(description);
  const session = await openProgram(description, compiled, signal);
  return {
    predictor: new Predictor(session, plan, batchOf(scoring, input)),
    session,
    use: (network, read) => session.assign(predictionState(state, network, read)),
  };
}
