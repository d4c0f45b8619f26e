import type { RunInputs } from '@shared/run';
import type { Session } from '../compile/program';
import { openProgram } from '../open-program';
import { evaluate } from '../predict/evaluate';
import type { NamedImage } from '../predict/images';
import { Predictor } from '../predict/predictor';
import { planShapes } from '../predict/shapes';
import { type ProgramDescription, programOf } from '../programs';
import { LEARNERS, type Learner, type Scores } from './best';

const never = new AbortController().signal;

/** Measures a training on the labelled images that it does not learn from. */
export class HeldOut {
  private constructor(
    private readonly inputs: RunInputs,
    private readonly folder: string,
    private readonly images: readonly NamedImage[],
    private readonly predictor: Predictor,
    /** Predicts whole images with one network. */
    private readonly session: Session,
    private readonly variables: readonly string[],
  ) {}

  /**
   * @param images at least one
   * @param folder of the run
   */
  static async open(inputs: RunInputs, images: RunInputs['labelled'], folder: string): Promise<HeldOut> {
    const { backbone, compiled } = inputs.settings;
    const classes = inputs.classes.length;
    const plan = planShapes(images, classes);
    const description: ProgramDescription = { kind: 'prediction', backbone, classes, pruned: null, shapes: plan.shapes };
    const session = await openProgram(description, compiled);
    // The labels of a run lie in its folder, named by the images' numbers.
    const named = images.map(({ labels, ...image }) => ({ ...image, name: labels.replace(/\.png$/, '') }));
    return new HeldOut(inputs, folder, named, new Predictor(session, plan), session, Object.keys(programOf(description).state));
  }

  /**
   * mIoU of student and teacher over the labelled pixels of the held-out images.
   * @param training whose state holds both
   * @throws EspalierError for an image that cannot be read
   */
  async measure(training: Pick<Session, 'read'>): Promise<Scores> {
    const scores: Record<Learner, number> = { student: 0, teacher: 0 };
    for (const learner of LEARNERS) {
      this.take(training, learner);
      const { classes } = this.inputs;
      const { miou } = await evaluate(learner, this.predictor, classes, this.images, this.folder, () => undefined, never);
      scores[learner] = miou;
    }
    return scores;
  }

  close(): void {
    this.session.dispose();
  }

  private take(training: Pick<Session, 'read'>, learner: Learner): void {
    const sources = this.variables.map((name) => name.replace(/^teacher\//, `${learner}/`));
    const values = training.read(sources);
    this.session.assign(Object.fromEntries(this.variables.map((name, i) => [name, values[sources[i]!]!])));
  }
}
