import { stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { namesInOwn, removeOwn } from '../../media/own-files';

/** Bytes that the pyramids of a project may take together. */
export const PYRAMID_BYTES = 20 * 2 ** 30;

/** Bytes of a pyramid for each pixel of its image: 3 for its colours, and a third of that for the smaller levels. */
const BYTES_PER_PIXEL = 4;

/** Notes that a pyramid is used now: those used longest ago go first. */
export async function noteUse(pyramid: string): Promise<void> {
  const now = new Date();
  await utimes(pyramid, now, now);
}

/**
 * Removes the pyramids used longest ago until the others take no more than `budget` bytes. The one used last stays, however large.
 * Sizes are told by the images: counting the files of pyramids would take longer than making one.
 * @param tiles the folder of all pyramids
 * @param pixelsOf tells the pixels of an image by its id, 0 where there is none
 */
export async function boundPyramids(tiles: string, pixelsOf: (id: number) => number, budget = PYRAMID_BYTES): Promise<void> {
  const pyramids: { folder: string; bytes: number; used: number }[] = [];
  for (const shard of await namesInOwn(tiles)) {
    for (const name of await namesInOwn(join(tiles, shard))) {
      // One that is being made has no name of its own yet.
      if (name.includes('.begun')) continue;
      const folder = join(tiles, shard, name);
      // Another one may have been removed meanwhile.
      const used = await stat(folder).catch(() => null);
      if (used) pyramids.push({ folder, bytes: BYTES_PER_PIXEL * pixelsOf(Number.parseInt(name, 10)), used: used.mtimeMs });
    }
  }
  let bytes = 0;
  for (const [i, pyramid] of pyramids.sort((a, b) => b.used - a.used).entries()) {
    bytes += pyramid.bytes;
    if (i > 0 && bytes > budget) await removeOwn(pyramid.folder);
  }
}
