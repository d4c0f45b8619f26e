import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { EspalierError } from '@shared/errors';
import type { SampleRange } from '@shared/picture';
import type { ResultOf } from '@shared/protocol';
import { toBitmap, type BitmapParts } from '../../media/bitmap';
import { sampleExtent, withRgb } from '../../media/decode';
import { problemOf } from '../../media/failure';
import { makeOwnFolder, writeOwnFile } from '../../media/own-files';
import type { OpenProject } from '../project/open-project';
import type { ImageRow } from '../queries/images';
import { copyName, removeOthers, shard } from './copies';
import { insideOf } from '../../media/inside';

/** Longer side of a thumbnail, pixels. */
export const THUMBNAIL_SIZE = 256;

/**
 * The pixels of an image as training sees them, or its thumbnail, which is made when first asked for.
 * `range` counts for more than 8 bits only.
 * @throws EspalierError IMAGE_MISSING, IMAGE_UNREADABLE, IMAGE_TOO_LARGE
 */
export function pictureOf(
  project: OpenProject,
  row: ImageRow,
  kind: 'display' | 'thumbnail',
  range: SampleRange | null = null,
): Promise<BitmapParts> {
  return reading(project, row, async (file) => {
    if (kind === 'thumbnail') return thumbnailOf(project, row, file);
    return withRgb(file, toBitmap, range);
  });
}

/** What the samples of an image of more than 8 bits hold; null for other images. */
export function extentOf(project: OpenProject, row: ImageRow): Promise<ResultOf<'images.samples'>> {
  return reading(project, row, sampleExtent);
}

/** Does something with an image's file, and remembers when it turns out to be unreadable. */
export async function reading<T>(project: OpenProject, row: ImageRow, use: (file: string) => Promise<T>): Promise<T> {
  const file = await insideOf(project.layout.folder, row.path);
  if (!file) throw new EspalierError('IMAGE_MISSING', { name: row.path });
  try {
    return await use(file);
  } catch (error) {
    if (!(error instanceof EspalierError) || error.code !== 'IMAGE_UNREADABLE') throw error;
    const reason = problemOf(error);
    project.queries.images.setStatus(row.id, 'unreadable', reason);
    throw new EspalierError('IMAGE_UNREADABLE', { name: row.path, reason }, { cause: error });
  }
}

async function thumbnailOf({ layout }: OpenProject, row: ImageRow, file: string): Promise<BitmapParts> {
  const folder = shard(layout.thumbnails, row.id);
  const name = `${copyName(row)}.webp`;
  const copy = join(folder, name);
  try {
    return await toBitmap(sharp(copy, { limitInputPixels: THUMBNAIL_SIZE ** 2 }));
  } catch {
    // There is none yet, or it is damaged: another one takes its place.
  }
  const small = (picture: Sharp): Sharp => picture.resize(THUMBNAIL_SIZE, THUMBNAIL_SIZE, { fit: 'inside', withoutEnlargement: true });
  const encoded = await withRgb(file, (picture) => small(picture).webp({ quality: 80 }).toBuffer());
  await makeOwnFolder(folder);
  await writeOwnFile(copy, encoded);
  await removeOthers(folder, row.id, name);
  return toBitmap(sharp(encoded));
}
