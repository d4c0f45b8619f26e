/** Height and width in pixels. */
export type Shape = readonly [height: number, width: number];

/** Images of one call: the convolutions of a single one keep oneDNN busy three times as long an image. */
export const BATCH = 2;

/** The entry for images of a shape, in a program that has one for each. */
export const entryName = ([height, width]: Shape): string => `${height}x${width}`;
