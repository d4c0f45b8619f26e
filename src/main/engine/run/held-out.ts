import type { Progress } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import type { RunInputs } from '@shared/run';
import { LEARNERS, type Learner, type Scores } from '../checkpoint/best';
import type { Session } from '../compile/program';
import type { OnLeftOut } from '../data/left-out';
import { hear } from '../process/hear';
import { Pace } from '@shared/pace';
import { evaluate } from '../predict/evaluate';
import { labelledImages, type TruthImage } from '../predict/images';
import { type OpenPredictor, openPredictor } from '../predict/open';

/** Measures a training on the labelled images that it does not learn from. */
export class HeldOut {
  private constructor(
    private readonly inputs: RunInputs,
    private readonly images: readonly TruthImage[],
    private readonly open: OpenPredictor,
    private readonly onLeftOut: OnLeftOut,
  ) {}

  /**
   * @param images at least one
   * @param folder of the run
   * @throws the signal's reason when it is aborted
   */
  static async open(
    inputs: RunInputs,
    images: RunInputs['labelled'],
    folder: string,
    onLeftOut: OnLeftOut,
    signal: AbortSignal,
  ): Promise<HeldOut> {
    const open = await openPredictor(
      inputs.settings,
      inputs.classes.length,
      images,
      { pruned: null, scale: null, confidence: null, viewScale: 1, best: false },
      signal,
    );
    return new HeldOut(inputs, labelledImages(images, folder), open, onLeftOut);
  }

  /**
   * mIoU of student and teacher over the labelled pixels of the held-out images that can be read.
   * @param training whose state holds both
   * @param context hears of every image
   * @throws EspalierError NONE_READABLE; the signal's reason when it is aborted
   */
  async measure(training: Pick<Session, 'read'>, { signal, progress }: CallContext<Progress>): Promise<Scores> {
    const scores: Record<Learner, number> = { student: 0, teacher: 0 };
    const { classes } = this.inputs;
    const pace = new Pace(LEARNERS.length * this.images.length);
    let done = 0;
    const onImage = (): unknown => progress(pace.at(++done));
    const reading = {
      signal,
      onLeftOut: (leftOut: Parameters<OnLeftOut>[0]): void => {
        this.onLeftOut({ ...leftOut, stage: 'training' });
        onImage();
      },
    };
    for (const learner of LEARNERS) {
      this.open.use(learner, (names) => training.read(names));
      await hear(signal);
      const { miou } = await evaluate(learner, this.open.predictor, classes, this.images, onImage, reading);
      scores[learner] = miou;
    }
    return scores;
  }

  close(): void {
    this.open.session.dispose();
  }
}
