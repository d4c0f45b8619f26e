import { vocColor, type LabelClass } from './domain';

export const PALETTES = ['voc', 'safe'] as const;
export type Palette = (typeof PALETTES)[number];

/**
 * Colours told apart with any common colour vision: the eight of Okabe and Ito (Color Universal Design, 2008), white in place of
 * the black that unlabelled ground looks like, then Tol's "muted" ones that differ from them.
 */
const SAFE = [
  '#e69f00',
  '#56b4e9',
  '#009e73',
  '#f0e442',
  '#0072b2',
  '#d55e00',
  '#cc79a7',
  '#ffffff',
  '#332288',
  '#88ccee',
  '#44aa99',
  '#117733',
  '#999933',
  '#ddcc77',
  '#882255',
  '#aa4499',
] as const;

/** How many classes a palette tells apart. */
export const DISTINCT: Readonly<Record<Palette, number>> = { voc: 254, safe: SAFE.length };

/** The colour a palette gives a class: VOC by its number, the safe one by its place in the list, from the beginning again after the last. */
export function paletteColor(palette: Palette, { id, position }: Pick<LabelClass, 'id' | 'position'>): string {
  return palette === 'voc' ? vocColor(id) : SAFE[position % SAFE.length]!;
}
