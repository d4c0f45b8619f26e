import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sharp } from 'sharp';
import { EspalierError } from '@shared/errors';
import { openRgb, problemOf, readable, readHeader, type ImageHeader } from '../../media/decode';
import { writeFileAtomic } from '../../media/files';
import { MEDIA_TYPES } from '../../media/format';
import type { Layout } from '../layout';
import type { Project } from '../project';
import { versionOf, type ImageRow } from '../queries/images';
import { insideOf } from './walk';

/** Longer side of a thumbnail, pixels. */
export const THUMBNAIL_SIZE = 256;

export interface PictureFile {
  readonly file: string;
  readonly type: string;
}

/**
 * The file of an image for a browser. Thumbnails are made when first asked for. Shown as it is: an 8-bit JPEG (browsers turn it upright),
 * and an upright, opaque 8-bit PNG or WebP; everything else as a lossless copy.
 * @throws EspalierError IMAGE_MISSING, IMAGE_UNREADABLE, IMAGE_TOO_LARGE
 */
export async function pictureOf(project: Project, row: ImageRow, kind: 'display' | 'thumbnail'): Promise<PictureFile> {
  const file = await insideOf(project.layout.folder, row.path);
  if (!file) throw new EspalierError('IMAGE_MISSING', { name: row.path });
  try {
    if (kind === 'thumbnail') {
      const small = (picture: Sharp): Sharp => picture.resize(THUMBNAIL_SIZE, THUMBNAIL_SIZE, { fit: 'inside', withoutEnlargement: true });
      return await cached(project.layout.thumbnails, row, '.webp', () => encode(file, (picture) => small(picture).webp({ quality: 80 })));
    }
    const header = await readHeader(file);
    if (browserShows(header)) return { file, type: MEDIA_TYPES[header.format] };
    return await cached(project.layout.display, row, '.png', () => encode(file, (picture) => picture.png({ compressionLevel: 3 })));
  } catch (error) {
    if (!(error instanceof EspalierError) || error.code !== 'IMAGE_UNREADABLE') throw error;
    const reason = problemOf(error);
    project.queries.images.setStatus(row.id, 'unreadable', reason);
    throw new EspalierError('IMAGE_UNREADABLE', { name: row.path, reason }, { cause: error });
  }
}

async function encode(file: string, as: (picture: Sharp) => Sharp): Promise<Buffer> {
  const picture = await openRgb(file);
  return readable(file, () => as(picture).toBuffer());
}

/** Removes the copies made of an image. */
export async function forgetPictures(layout: Layout, id: number): Promise<void> {
  for (const folder of [layout.thumbnails, layout.display]) await removeOthers(shard(folder, id), id, '');
}

function browserShows({ format, bitDepth, orientation, hasAlpha }: ImageHeader): boolean {
  if (bitDepth > 8) return false;
  return format === 'jpeg' || ((format === 'png' || format === 'webp') && orientation === 1 && !hasAlpha);
}

async function cached(folder: string, row: ImageRow, extension: '.webp' | '.png', make: () => Promise<Buffer>): Promise<PictureFile> {
  const name = `${row.id}-${versionOf(row)}${extension}`;
  const file = join(shard(folder, row.id), name);
  const type = extension === '.webp' ? 'image/webp' : 'image/png';
  if (await stat(file).catch(() => null)) return { file, type };
  const content = await make();
  await mkdir(shard(folder, row.id), { recursive: true });
  await writeFileAtomic(file, content);
  await removeOthers(shard(folder, row.id), row.id, name);
  return { file, type };
}

/** A thousand images a folder, so that no folder grows without bound. */
function shard(folder: string, id: number): string {
  return join(folder, String(Math.floor(id / 1000)));
}

async function removeOthers(folder: string, id: number, kept: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (name.startsWith(`${id}-`) && name !== kept) await rm(join(folder, name), { force: true });
  }
}
