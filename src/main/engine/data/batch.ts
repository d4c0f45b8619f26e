import { normalise } from '../model/preprocess';
import { drawMix, EMPTY_BOX, paste } from './augment/cutmix';
import { mildly } from './augment/mild-view';
import { strengthen } from './augment/strong-view';
import type { Pixels } from './augment/pixels';
import { type Crop, cropImage, cropLabels, drawCrop, insideOf } from './augment/weak-view';
import { ImageCache, type SourceImage } from './image-cache';
import type { OnLeftOut } from './left-out';
import { type BatchPlan, featureSide } from './plan';
import { RandomStream } from '@shared/random';
import { Sampler } from './sampler';
import { Sources } from './sources';

/** Value of a pixel without a class: unlabelled, not rejected, or padding. */
export const NO_CLASS = 255;

/** The n labelled images of a batch, crop C. */
export interface LabelledImages {
  /** Normalised weak views, [n, C, C, 3]; 0 in the padding. */
  readonly images: Float32Array;
  /** Class index, or 255, [n, C, C]. */
  readonly labels: Int32Array;
}

/** The m unlabelled images of a batch, in crops of the same side. Only `strong` is mixed; the step pastes label, ω and `inside` with the same boxes. */
export interface UnlabelledImages {
  /** Normalised weak views, [m, C, C, 3]; 0 in the padding. */
  readonly weak: Float32Array;
  /** The same crops, strengthened, with the boxes of CutMix pasted, [m, C, C, 3]. */
  readonly strong: Float32Array;
  /** 1 in the image, 0 in the padding of the weak view, [m, C, C]. */
  readonly inside: Float32Array;
  /** Class index the user rejected at a pixel of the weak view, or 255, [m, C, C]. */
  readonly rejected: Int32Array;
  /** CutMix box of each image as rows [top, bottom) and columns [left, right), in the order top, left, bottom, right, [m, 4]; zeros: none. */
  readonly boxes: Int32Array;
  /** Which of these images fills each box, [m]. */
  readonly partners: Int32Array;
  /** Indices among the m · h · w pixels at feature resolution, [A] and [M]. */
  readonly anchors: Int32Array;
  readonly negatives: Int32Array;
}

/** What one step trains on. */
export interface Batch {
  readonly step: number;
  readonly labelled: LabelledImages;
  /** Null while training is supervised only. */
  readonly unlabelled: UnlabelledImages | null;
}

/** Makes the batches of a plan. Each depends on the plan, the files and its own number only, in whatever order they are made. */
export class BatchMaker {
  readonly #labelled: Sources;
  readonly #unlabelled: Sources;
  readonly #labelledOrder: Sampler;
  readonly #unlabelledOrder: Sampler;
  readonly #classIndex: Uint8Array;

  /** @param cacheBytes memory for decoded images */
  constructor(
    private readonly plan: BatchPlan,
    cacheBytes: number,
    onLeftOut: OnLeftOut,
  ) {
    const cache = new ImageCache(cacheBytes);
    const labelled = plan.labelled.map(({ id, path, labels }) => ({ id, path, mask: labels }));
    const unlabelled = plan.unlabelled.map(({ id, path, rejected }) => ({ id, path, mask: rejected }));
    this.#labelled = new Sources(labelled, 'labelled', cache, onLeftOut);
    this.#unlabelled = new Sources(unlabelled, 'unlabelled', cache, onLeftOut);
    this.#labelledOrder = new Sampler(plan.seed, 'labelled', plan.labelled.length);
    this.#unlabelledOrder = new Sampler(plan.seed, 'unlabelled', plan.unlabelled.length);
    this.#classIndex = new Uint8Array(256).fill(NO_CLASS);
    plan.classIds.forEach((id, index) => (this.#classIndex[id] = index));
  }

  /** The batch of a step. @throws EspalierError NONE_READABLE */
  async step(step: number): Promise<Batch> {
    const { unlabelledFrom } = this.plan;
    const [labelled, unlabelled] = await Promise.all([
      this.#labelledImages(step),
      step >= unlabelledFrom ? this.#unlabelledImages(step) : null,
    ]);
    return { step, labelled, unlabelled };
  }

  /**
   * Weak views of unlabelled images apart from those of any step, to re-estimate the pruned teacher's statistics from.
   * @param round which re-estimation, as the epoch
   * @param index which batch of it
   * @returns normalised, [n, C, C, 3]
   */
  async views(round: number, index: number): Promise<Float32Array> {
    const { seed, batch, unlabelled } = this.plan;
    const order = new Sampler(seed, `views ${round}`, unlabelled.length).batch(index, batch);
    const images = await Promise.all(order.map((i) => this.#unlabelled.at(i)));
    const result = this.#imageRoom(batch);
    images.forEach((image, i) => {
      const crop = this.#crop(image, new RandomStream(seed, 'views', round, index, i));
      this.#place(cropImage(image.rgb, image.width, image.height, crop), crop, i, result);
    });
    return result;
  }

  async #labelledImages(step: number): Promise<LabelledImages> {
    const { seed, batch } = this.plan;
    const images = await Promise.all(this.#labelledOrder.batch(step, batch).map((i) => this.#labelled.at(i)));
    const views = { images: this.#imageRoom(batch), labels: this.#classRoom(batch) };
    images.forEach((image, i) => {
      const random = new RandomStream(seed, 'labelled', step, i);
      const crop = this.#crop(image, random);
      const view = cropImage(image.rgb, image.width, image.height, crop);
      if (this.plan.mild) mildly(view.data, random);
      this.#place(view, crop, i, views.images);
      this.#placeClasses(image, crop, i, views.labels);
    });
    return views;
  }

  async #unlabelledImages(step: number): Promise<UnlabelledImages> {
    const { seed, unlabelledBatch: count, crop: side, unlabelledFrom, cutmix } = this.plan;
    const order = this.#unlabelledOrder.batch(step - unlabelledFrom, count);
    const images = await Promise.all(order.map((i) => this.#unlabelled.at(i)));
    const [weak, unmixed, rejected] = [this.#imageRoom(count), this.#imageRoom(count), this.#classRoom(count)];
    const inside = new Float32Array(count * side * side);
    images.forEach((image, i) => {
      const random = new RandomStream(seed, 'unlabelled', step, i);
      const crop = this.#crop(image, random);
      const view = cropImage(image.rgb, image.width, image.height, crop);
      this.#place(view, crop, i, weak);
      strengthen(view, random);
      this.#place(view, crop, i, unmixed);
      this.#placeClasses(image, crop, i, rejected);
      fillInside(inside, crop, i * side * side);
    });
    const random = new RandomStream(seed, 'mix', step);
    const { boxes, partners } = drawMix(count, side, random);
    const used = cutmix ? boxes : boxes.map(() => EMPTY_BOX);
    const strong = unmixed.slice();
    const size = side * side * 3;
    used.forEach((box, i) => paste(strong, unmixed, box, side, 3, partners[i]! * size, i * size));
    const pixels = count * featureSide(side) ** 2;
    return {
      weak,
      strong,
      inside,
      rejected,
      boxes: Int32Array.from(used.flatMap(({ top, left, bottom, right }) => [top, left, bottom, right])),
      partners: Int32Array.from(partners),
      anchors: random.choose(this.plan.anchors, pixels),
      negatives: random.choose(this.plan.negatives, pixels),
    };
  }

  #crop({ width, height }: SourceImage, random: RandomStream): Crop {
    return drawCrop(width, height, this.plan.crop, random, this.plan.resizing);
  }

  #imageRoom(count: number): Float32Array {
    return new Float32Array(count * this.plan.crop ** 2 * 3);
  }

  #classRoom(count: number): Int32Array {
    return new Int32Array(count * this.plan.crop ** 2).fill(NO_CLASS);
  }

  /** Normalises a view into place i of a batch, leaving 0 in its padding. */
  #place({ width, data }: Pixels, crop: Crop, i: number, into: Float32Array): void {
    const { rows, columns } = insideOf(crop);
    for (let y = rows[0]; y < rows[1]; y++) {
      const row = data.subarray((y - rows[0]) * width * 3, (y - rows[0] + 1) * width * 3);
      normalise(row, this.plan.normalisation, into, ((i * crop.side + y) * crop.side + columns[0]) * 3);
    }
  }

  #placeClasses({ mask, width, height }: SourceImage, crop: Crop, i: number, into: Int32Array): void {
    if (mask === null) return;
    const start = i * crop.side ** 2;
    cropLabels(mask, width, height, crop, NO_CLASS, into, start);
    for (let at = start; at < start + crop.side ** 2; at++) into[at] = this.#classIndex[into[at]!]!;
  }
}

/** Writes 1 where a crop lies in the image. */
function fillInside(inside: Float32Array, crop: Crop, start: number): void {
  const { rows, columns } = insideOf(crop);
  for (let y = rows[0]; y < rows[1]; y++) inside.fill(1, start + y * crop.side + columns[0], start + y * crop.side + columns[1]);
}
