/** What tools put behind the name of an image to name its mask. */
const SUFFIX =
  /[-_ ](mask|masks|label|labels|labelIds|labelTrainIds|seg|segmentation|gt|groundtruth|annotation|annotated|color|colour|L|P)$/i;

/** Names of the image that a mask of this name (without extension) may belong to: the same, and without what tools put behind it. */
export function imageNamesOf(stem: string): string[] {
  const bare = stem.replace(SUFFIX, '');
  return bare === stem ? [stem] : [stem, bare];
}
