import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { EspalierError } from '@shared/errors';
import { pyramidLevels, TILE, type SampleRange } from '@shared/picture';
import type { ParamsOf } from '@shared/protocol';
import { toBitmap, type BitmapParts } from '../../media/bitmap';
import { readHeader, withRgb } from '../../media/decode';
import { makeOwnFolder, removeOwn, renameOwn } from '../../media/own-files';
import type { OpenProject } from '../project/open-project';
import type { ImageRow } from '../queries/images';
import { copyName, removeOthers, shard } from './copies';
import { reading } from './pictures';
import { boundPyramids, noteUse } from './pyramid-budget';

/** Milliseconds for which a pyramid that is used counts as just used. */
const USE_NOTED_EVERY = 60_000;

/** Pyramids being made, by folder: the tiles of one are asked for many at a time. */
const underWay = new Map<string, Promise<void>>();

/**
 * One tile of a large image. The pyramid is made when its first tile is asked for, in one pass over the file that holds a band of
 * rows in memory.
 * @throws EspalierError IMAGE_MISSING, IMAGE_UNREADABLE, IMAGE_TOO_LARGE
 */
export function tileOf(project: OpenProject, row: ImageRow, { level, x, y, range }: ParamsOf<'images.tile'>): Promise<BitmapParts> {
  return reading(project, row, async (file) => {
    const { windowed, width, height } = await readHeader(file);
    const folder = shard(project.layout.tiles, row.id);
    const pyramid = join(folder, copyName(row, windowed ? range : null));
    const kept = await stat(pyramid).catch(() => null);
    if (kept && Date.now() - kept.mtimeMs > USE_NOTED_EVERY) await noteUse(pyramid);
    if (!kept) {
      const making = underWay.get(pyramid) ?? make(file, pyramid, range).finally(() => underWay.delete(pyramid));
      underWay.set(pyramid, making);
      await making;
      await removeOthers(folder, row.id, copyName(row, windowed ? range : null));
      await noteUse(pyramid);
      await boundPyramids(project.layout.tiles, (id) => {
        const image = project.queries.images.get(id);
        return image ? image.width * image.height : 0;
      });
    }
    // The file counts its levels from the smallest one.
    const tile = join(pyramid, String(pyramidLevels(width, height) - 1 - level), `${x}_${y}.png`);
    try {
      return await toBitmap(sharp(tile, { limitInputPixels: TILE ** 2 }));
    } catch (error) {
      // A damaged copy is made anew for whoever asks again; a tile beyond the image says nothing of it.
      const side = TILE * 2 ** level;
      if (level < pyramidLevels(width, height) && x * side < width && y * side < height) await removeOwn(pyramid);
      throw new EspalierError('IMAGE_MISSING', { name: `${row.path} (tile)` }, { cause: error });
    }
  });
}

/**
 * A pyramid appears under its name only when it is whole. Its tiles are not compressed: that takes several times as long as all the rest,
 * and a lossy tile would not show what is learnt from.
 */
async function make(file: string, pyramid: string, range: SampleRange | null): Promise<void> {
  const begun = `${pyramid}.begun`;
  await makeOwnFolder(dirname(pyramid));
  for (const left of [`${begun}_files`, `${begun}.dzi`]) await removeOwn(left);
  const cut = (picture: Sharp): Promise<unknown> => {
    const tiles = picture.png({ compressionLevel: 0 }).tile({ size: TILE, overlap: 0, layout: 'dz', container: 'fs', depth: 'onetile' });
    return tiles.toFile(`${begun}.dz`);
  };
  await withRgb(file, cut, range);
  await removeOwn(`${begun}.dzi`);
  await renameOwn(`${begun}_files`, pyramid);
}
