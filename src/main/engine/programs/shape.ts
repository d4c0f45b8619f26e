/** Height and width in pixels. */
export type Shape = readonly [height: number, width: number];

/** The entry for images of a shape, in a program that has one for each. */
export const entryName = ([height, width]: Shape): string => `${height}x${width}`;
