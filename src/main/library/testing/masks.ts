import { TestLibrary } from './library';

/** Pixels of an image of 6 × 5, as `masksProject` has them. */
export const SIZE = 6 * 5;

/** For tests of masks: a project of three images, one of them in a folder. */
export const masksProject = (): Promise<TestLibrary> => TestLibrary.project({ 'a.png': [6, 5], 'sub/b.png': [6, 5], 'c.png': [6, 5] });

/** A map of 6 × 5 in which these class ids take turns. */
export const some = (...ids: number[]): Uint8Array => Uint8Array.from({ length: SIZE }, (_, i) => ids[i % ids.length]!);
