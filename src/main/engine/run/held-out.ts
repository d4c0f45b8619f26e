import type { RunInputs } from '@shared/run';
import { LEARNERS, type Learner, type Scores } from '../checkpoint/best';
import type { Session } from '../compile/program';
import { evaluate } from '../predict/evaluate';
import { labelledImages, type TruthImage } from '../predict/images';
import { type OpenPredictor, openPredictor } from '../predict/open';

const never = new AbortController().signal;

/** Measures a training on the labelled images that it does not learn from. */
export class HeldOut {
  private constructor(
    private readonly inputs: RunInputs,
    private readonly images: readonly TruthImage[],
    private readonly open: OpenPredictor,
  ) {}

  /**
   * @param images at least one
   * @param folder of the run
   */
  static async open(inputs: RunInputs, images: RunInputs['labelled'], folder: string): Promise<HeldOut> {
    const open = await openPredictor(inputs.settings, inputs.classes.length, images, { pruned: null, scale: null });
    return new HeldOut(inputs, labelledImages(images, folder), open);
  }

  /**
   * mIoU of student and teacher over the labelled pixels of the held-out images.
   * @param training whose state holds both
   * @throws EspalierError for an image that cannot be read
   */
  async measure(training: Pick<Session, 'read'>): Promise<Scores> {
    const scores: Record<Learner, number> = { student: 0, teacher: 0 };
    const { classes } = this.inputs;
    for (const learner of LEARNERS) {
      this.open.use(learner, (names) => training.read(names));
      const { miou } = await evaluate(learner, this.open.predictor, classes, this.images, () => undefined, never);
      scores[learner] = miou;
    }
    return scores;
  }

  close(): void {
    this.open.session.dispose();
  }
}
