/** Share of a class among pseudo-labels over its share among labels below which it has all but vanished. */
const VANISHED = 0.1;

/**
 * Which classes the teacher hardly finds in the unlabelled images although labels have them, in a sentence; null where there is none. They
 * may be rare there, or the teacher may miss them: only a look can tell.
 * @param names of the classes
 * @param labels share of each class among labelled pixels
 * @param found its share among the pseudo-labels
 */
export function vanishedText(names: readonly string[], labels: ArrayLike<number>, found: ArrayLike<number>): string | null {
  const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`;
  const gone = names.flatMap((name, k) =>
    found[k]! < VANISHED * labels[k]! ? [`${name} (${percent(labels[k]!)} of labelled pixels, ${percent(found[k]!)} of the others)`] : [],
  );
  if (gone.length === 0) return null;
  return `Hardly found in the unlabelled images: ${gone.join(', ')}. If that is not so, label such places in a few more images.`;
}
