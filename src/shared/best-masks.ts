/** A way of looking at an image: its side over that of the usual one, and whether it is mirrored. */
export interface ImageView {
  readonly scale: number;
  readonly mirrored: boolean;
}

/** Best masks: the mean of what a network says of an image as it usually looks at it, and of these views. */
export const BEST_VIEWS: readonly ImageView[] = [
  { scale: 1, mirrored: true },
  { scale: 0.7, mirrored: false },
  { scale: 1.4, mirrored: true },
];

/** How many times as many pixels Best masks look at, which is about how many times as long they take. */
export const BEST_COST = BEST_VIEWS.reduce((sum, { scale }) => sum + scale ** 2, 1);

/** What they cost, in words. */
export const BEST_COST_TEXT = `about ${BEST_COST.toFixed(1)} times the time`;
