import type { RunInputs } from '@shared/run';
import type { LeftOut } from '@shared/run-news';
import { addToConfusion, emptyConfusion } from '../core/metrics/confusion';
import { meanIou } from '../core/metrics/iou';
import type { OnLeftOut } from '../data/left-out';
import { compareWithTruth } from '../predict/evaluate';
import { labelledImages, type TruthImage } from '../predict/images';
import { type OpenPredictor, openPredictor } from '../predict/open';
import type { StateReader } from '../predict/weights';

/** Networks of folds on the images that each has not learnt from, whole and in the scale that images are predicted in. */
export class FoldsHeldOut {
  private constructor(
    private readonly inputs: RunInputs,
    private readonly images: readonly TruthImage[],
    private readonly open: OpenPredictor,
    private readonly onLeftOut: OnLeftOut,
  ) {}

  /** @param folder of the run @throws the signal's reason when it is aborted */
  static async open(
    inputs: RunInputs,
    folder: string,
    viewScale: number,
    onLeftOut: OnLeftOut,
    signal: AbortSignal,
  ): Promise<FoldsHeldOut> {
    const scoring = { pruned: null, scale: null, confidence: null, viewScale, best: false };
    const open = await openPredictor(inputs.settings, inputs.classes.length, inputs.labelled, scoring, signal);
    return new FoldsHeldOut(inputs, labelledImages(inputs.labelled, folder), open, onLeftOut);
  }

  /**
   * mIoU of their teachers over all labelled pixels together.
   * @param folds numbers of the images that each network has not learnt from
   * @throws EspalierError NONE_READABLE; the signal's reason when it is aborted
   */
  async measure(networks: readonly StateReader[], folds: readonly (readonly number[])[], signal: AbortSignal): Promise<number> {
    const confusion = emptyConfusion(this.inputs.classes.length);
    for (const [fold, read] of networks.entries()) {
      this.open.use('teacher', read);
      const images = folds[fold]!.map((number) => this.images[number]!);
      const reading = { signal, onLeftOut: (leftOut: LeftOut) => this.onLeftOut({ ...leftOut, stage: 'training' }) };
      await compareWithTruth(
        this.open.predictor,
        this.inputs.classes,
        images,
        (prediction, truth) => addToConfusion(confusion, prediction.classes, truth),
        reading,
      );
    }
    return meanIou(confusion);
  }

  close(): void {
    this.open.session.dispose();
  }
}
