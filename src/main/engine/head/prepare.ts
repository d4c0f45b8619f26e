import type { ImageView } from '@shared/best-masks';
import type { PartedInputs } from '../data/hold-out';
import { type Basis, basisOf, turned } from './basis';
import { collectLabelled, collectUnlabelled, type Looking, unlabelledWork } from './collect';
import type { HeadPixels } from './head-training';
import type { PixelTable } from './table';

/** The pixels of a run by the components of their features. */
export interface Prepared extends HeadPixels {
  /** Of held-out images; null where there are none. */
  readonly measured: PixelTable | null;
  readonly basis: Basis;
}

/**
 * Looks at all images of a run: first at the labelled ones, in several scales, so that the one to look at all others in can be chosen.
 * @param looking at the labelled images learnt from alone
 * @param views of labelled images
 * @param chooseScale chooses by labelled pixels, null where nothing can be held out; itself null where the first view's scale is to be taken
 * @param unlabelled whether the unlabelled images are wanted
 * @param known basis to go on with; null: one of these pixels
 * @returns the pixels and their scale
 * @throws as `collectLabelled`
 */
export async function preparePixels(
  looking: Looking,
  { learnt, heldOut }: PartedInputs,
  views: readonly ImageView[],
  chooseScale: ((labelled: PixelTable) => Promise<number | null>) | null,
  unlabelled: boolean,
  known: Basis | null,
): Promise<Prepared & { readonly scale: number }> {
  const first = views[0]!.scale;
  const nothing = { features: 0, kept: 0 };
  looking.progress.expect(first, unlabelled ? await unlabelledWork(looking, first) : nothing);
  // Held-out images come last, so that those learnt from keep their numbers.
  const labelled = await collectLabelled({ ...looking, inputs: { ...learnt, labelled: [...learnt.labelled, ...heldOut] } }, views);
  const isLearnt = (image: number): boolean => image < learnt.labelled.length;
  const { seed } = learnt.settings;
  const at = (scale: number): PixelTable => labelled.where((image, view) => isLearnt(image) && view.scale === scale);
  const scale = (await chooseScale?.(turned(labelled, basisOf(at(first), null, seed)).where(isLearnt))) ?? first;
  looking.progress.expect(scale, nothing);
  const others = unlabelled ? await collectUnlabelled(looking, scale) : null;
  const basis = known ?? basisOf(at(scale), others && others[0]!, seed);
  const ours = turned(labelled, basis);
  return {
    labelled: ours.where(isLearnt),
    measured: heldOut.length > 0 ? ours.where((image, view) => !isLearnt(image) && view.scale === scale) : null,
    unlabelled: others && turnedAlike(others, basis),
    basis,
    scale,
  };
}

/** Tables on one array of features, turned once. */
function turnedAlike(tables: readonly PixelTable[], basis: Basis): PixelTable[] {
  const { features } = turned(tables[0]!, basis);
  return tables.map((table) => table.with(features));
}
