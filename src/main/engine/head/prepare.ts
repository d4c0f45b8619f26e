import type { CallContext } from '@shared/rpc';
import type { Progress } from '@shared/protocol';
import type { PartedInputs } from '../data/hold-out';
import type { OnLeftOut } from '../data/left-out';
import type { PixelNetwork } from '../model/create';
import type { Values } from '../model/initial';
import { type Basis, basisOf, turned } from './basis';
import { collectPixels } from './collect';
import type { HeadPixels } from './head-training';
import type { PixelTable } from './table';
import { isOwnSize } from './views';

/** The pixels of a run by the components of their features. */
export interface Prepared extends HeadPixels {
  /** Of held-out images; null where there are none. */
  readonly measured: PixelTable | null;
  readonly basis: Basis;
}

/**
 * Looks at all images of a run.
 * @param values of the network's variables, the backbone's among them
 * @param unlabelled whether the unlabelled images are wanted
 * @throws as `collectPixels`
 */
export async function preparePixels(
  network: PixelNetwork,
  { learnt, heldOut }: PartedInputs,
  runFolder: string,
  values: Values,
  unlabelled: boolean,
  onLeftOut: OnLeftOut,
  context: CallContext<Progress>,
): Promise<Prepared> {
  // Held-out images come last, so that those learnt from keep their numbers.
  const all = { ...learnt, labelled: [...learnt.labelled, ...heldOut] };
  const isLearnt = (image: number): boolean => image < learnt.labelled.length;
  const pixels = await collectPixels(network, all, runFolder, values, unlabelled, onLeftOut, context);
  const basis = basisOf(pixels.labelled.where(isLearnt), pixels.unlabelled, learnt.settings.seed);
  const labelled = turned(pixels.labelled, basis);
  return {
    labelled: labelled.where(isLearnt),
    measured: heldOut.length > 0 ? labelled.where((image, view) => !isLearnt(image) && isOwnSize(view)) : null,
    unlabelled: pixels.unlabelled && turned(pixels.unlabelled, basis),
    basis,
  };
}
