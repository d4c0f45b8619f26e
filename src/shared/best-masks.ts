/**
 * Best masks: the mean of what a network says of an image at several sizes, each as it is and mirrored. Sides over those of the image.
 */
export const BEST_SCALES = [0.75, 1, 1.5] as const;

/** How many times as many pixels Best masks look at, which is about how many times as long they take. */
export const BEST_COST = BEST_SCALES.reduce((sum, scale) => sum + 2 * scale ** 2, 0);

/** What they cost, in words. */
export const BEST_COST_TEXT = `about ${BEST_COST.toFixed(1)} times the time`;
