import type { ImageView } from '@shared/best-masks';
import type { PartedInputs } from '../data/hold-out';
import { type Basis, turnedAlike } from './basis';
import { collectLabelled, collectUnlabelled, type Looking, unlabelledWork } from './collect';
import type { Part } from './cross-fit';
import type { HeadPixels } from './head-training';
import type { PixelTable } from './table';

/** The pixels of a run, with their features as they are. */
export interface Prepared extends HeadPixels {
  /** The labelled pixels in parts, by the components of their features. */
  readonly parts: readonly Part[];
  /** Scale that images are to be looked at in. */
  readonly scale: number;
  /** Of held-out images; null where there are none. */
  readonly measured: PixelTable | null;
}

/**
 * Looks at all images of a run: first at the labelled ones, in several scales, so that the one to look at all others in can be chosen.
 * @param looking at the labelled images learnt from alone
 * @param views of labelled images
 * @param split gives the parts of labelled pixels
 * @param chooseScale chooses by parts, null where nothing can be held out; itself null where the first view's scale is to be taken
 * @param unlabelled whether the unlabelled images are wanted
 * @throws as `collectLabelled`
 */
export async function preparePixels(
  looking: Looking,
  { learnt, heldOut }: PartedInputs,
  views: readonly ImageView[],
  split: (labelled: PixelTable) => Part[],
  chooseScale: ((parts: readonly Part[]) => Promise<number | null>) | null,
  unlabelled: boolean,
): Promise<Prepared> {
  const first = views[0]!.scale;
  const nothing = { features: 0, kept: 0 };
  looking.progress.expect(first, unlabelled ? await unlabelledWork(looking, first) : nothing);
  // Held-out images come last, so that those learnt from keep their numbers.
  const labelled = await collectLabelled({ ...looking, inputs: { ...learnt, labelled: [...learnt.labelled, ...heldOut] } }, views);
  const isLearnt = (image: number): boolean => image < learnt.labelled.length;
  const learntFrom = labelled.where(isLearnt);
  const parts = split(learntFrom);
  const scale = (await chooseScale?.(parts)) ?? first;
  looking.progress.expect(scale, nothing);
  return {
    labelled: learntFrom,
    parts,
    measured: heldOut.length > 0 ? labelled.where((image, view) => !isLearnt(image) && view.scale === scale) : null,
    unlabelled: unlabelled ? await collectUnlabelled(looking, scale) : null,
    scale,
  };
}

/** The same pixels by the components of their features. */
export function turnedPixels(
  { labelled, measured, unlabelled }: Pick<Prepared, 'labelled' | 'measured' | 'unlabelled'>,
  basis: Basis,
): Pick<Prepared, 'labelled' | 'measured' | 'unlabelled'> {
  const [ours, held] = turnedAlike(measured ? [labelled, measured] : [labelled], basis);
  return { labelled: ours!, measured: held ?? null, unlabelled: unlabelled && turnedAlike(unlabelled, basis) };
}
