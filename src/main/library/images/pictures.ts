import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sharp } from 'sharp';
import { EspalierError } from '@shared/errors';
import type { SampleRange } from '@shared/picture';
import type { ResultOf } from '@shared/protocol';
import { readHeader, sampleExtent, withRgb, type ImageHeader } from '../../media/decode';
import { problemOf } from '../../media/failure';
import { writeFileAtomic } from '../../media/files';
import { MEDIA_TYPES } from '../../media/format';
import type { Project } from '../project';
import type { ImageRow } from '../queries/images';
import { copyName, removeOthers, shard } from './copies';
import { insideOf } from './walk';

/** Longer side of a thumbnail, pixels. */
export const THUMBNAIL_SIZE = 256;

export type PictureFile = ResultOf<'images.file'>;

/**
 * The file of an image for a browser. Thumbnails are made when first asked for. Shown as it is: an 8-bit JPEG (browsers turn it upright),
 * and an upright, opaque 8-bit PNG or WebP; everything else as a lossless copy. `range` counts for more than 8 bits only.
 * @throws EspalierError IMAGE_MISSING, IMAGE_UNREADABLE, IMAGE_TOO_LARGE
 */
export function pictureOf(
  project: Project,
  row: ImageRow,
  kind: 'display' | 'thumbnail',
  range: SampleRange | null = null,
): Promise<PictureFile> {
  const { layout } = project;
  return reading(project, row, async (file) => {
    if (kind === 'thumbnail') {
      const small = (picture: Sharp): Sharp => picture.resize(THUMBNAIL_SIZE, THUMBNAIL_SIZE, { fit: 'inside', withoutEnlargement: true });
      const encoded = (): Promise<Buffer> => withRgb(file, (picture) => small(picture).webp({ quality: 80 }).toBuffer());
      return cached(layout.thumbnails, row, copyName(row), '.webp', encoded);
    }
    const header = await readHeader(file);
    if (browserShows(header)) return { file, type: MEDIA_TYPES[header.format] };
    const shown = header.windowed ? range : null;
    const encoded = (): Promise<Buffer> => withRgb(file, (picture) => picture.png({ compressionLevel: 3 }).toBuffer(), shown);
    return cached(layout.display, row, copyName(row, shown), '.png', encoded);
  });
}

/** What the samples of an image of more than 8 bits hold; null for other images. */
export function extentOf(project: Project, row: ImageRow): Promise<ResultOf<'images.samples'>> {
  return reading(project, row, sampleExtent);
}

/** Does something with an image's file, and remembers when it turns out to be unreadable. */
export async function reading<T>(project: Project, row: ImageRow, use: (file: string) => Promise<T>): Promise<T> {
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

function browserShows({ format, windowed, orientation, hasAlpha }: ImageHeader): boolean {
  if (windowed) return false;
  return format === 'jpeg' || ((format === 'png' || format === 'webp') && orientation === 1 && !hasAlpha);
}

async function cached(
  folder: string,
  row: ImageRow,
  stem: string,
  extension: '.webp' | '.png',
  make: () => Promise<Buffer>,
): Promise<PictureFile> {
  const name = stem + extension;
  const file = join(shard(folder, row.id), name);
  const type = extension === '.webp' ? 'image/webp' : 'image/png';
  if (await stat(file).catch(() => null)) return { file, type };
  const content = await make();
  await mkdir(shard(folder, row.id), { recursive: true });
  await writeFileAtomic(file, content);
  await removeOthers(shard(folder, row.id), row.id, name);
  return { file, type };
}
