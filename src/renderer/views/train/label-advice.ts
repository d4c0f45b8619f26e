import { count } from '../../ui/format';

/** How much of a class is labelled over the project. */
export interface LabelledClass {
  readonly name: string;
  readonly images: number;
  readonly pixels: number;
}

/** A class with less of the labelled pixels of the largest than this is little labelled, unless it is in several images. */
const LITTLE = 0.05;
/** In fewer images than this nothing can be said of how a class varies. */
const FEW = 2;

/** What of the labels will hold a run back, and what to label, in plain sentences; the most pressing first. */
export function labelAdvice(classes: readonly LabelledClass[]): string[] {
  const labelled = classes.filter(({ pixels }) => pixels > 0);
  const largest = labelled.reduce<LabelledClass | null>((most, each) => (most && most.pixels >= each.pixels ? most : each), null);
  if (!largest) return [];
  const none = classes.filter(({ pixels }) => pixels === 0).map(({ name }) => name);
  const weak = labelled
    .filter((each) => each !== largest && (each.images < FEW || each.pixels < LITTLE * largest.pixels))
    .filter((each) => each.images < largest.images || each.pixels < LITTLE * largest.pixels)
    .sort((a, b) => a.pixels - b.pixels);
  return [
    ...(none.length > 0 ? [`Nothing is labelled as ${listed(none)}: no run can find ${none.length === 1 ? 'it' : 'them'}.`] : []),
    ...weak.slice(0, 3).map((each) => `${amount(largest)}, ${amount(each)}: label more ${each.name}.`),
  ];
}

const amount = ({ name, images, pixels }: LabelledClass): string => `${name} ${count(pixels, 'pixel')} in ${count(images, 'image')}`;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)!}`;
}
