import { constants } from 'node:fs';
import { access, mkdir, realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { EspalierError, isDiskFull } from '@shared/errors';
import { IGNORE } from '@shared/mask';
import type { ParamsOf, Progress, ResultOf } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { writeFileAtomic } from '../../media/files';
import { writePng, type Palette, type PngImage } from '../../media/png';
import { isDenied } from '../database';
import { maskNameOf } from '../images/find';
import { ProgressMeter } from '../progress';
import { imageOf, type Project } from '../project';
import type { ImageRow } from '../queries/images';
import { runOf } from '../runs/records';
import { exportedMask, type Refinement } from './mask-content';
import { paletteOf } from '../../media/palette';

/**
 * Writes `masks/<path of the image without extension>.png` (8-bit indexed, class colours, 255 = none) and `classes.json` into a folder.
 * Without ids, images with nothing to say are left out.
 * @throws EspalierError EXPORT_FOLDER, EXPORT_INSIDE, RUN_UNKNOWN, DISK_FULL, CANCELLED
 */
export async function exportMasks(
  project: Project,
  params: ParamsOf<'export.masks'>,
  context: CallContext<Progress>,
): Promise<ResultOf<'export.masks'>> {
  const { signal, progress } = context;
  const refinement = params.content === 'refined' ? refinementOf(project, params) : null;
  const images = imagesOf(project, params.imageIds, refinement);
  const classes = project.queries.classes.list();
  const palette = paletteOf(classes);
  const { folder, masks } = await makeFolders(project, params.folder);

  const meter = new ProgressMeter(images.length, progress);
  let written = 0;
  try {
    for (const image of images) {
      signal.throwIfAborted();
      const data = await exportedMask(project, image, params.content, refinement);
      if (params.imageIds !== null || data.some((id) => id !== IGNORE)) {
        await writeMask(join(masks, `${maskNameOf(project.queries, image)}.png`), masks, { ...image, data }, palette);
        written++;
      }
      meter.advance();
    }
    const list = classes.map(({ id, name, color }) => ({ id, name, color }));
    await writeFileAtomic(join(folder, 'classes.json'), `${JSON.stringify(list, null, 2)}\n`);
  } catch (error) {
    throw isDenied(error) ? new EspalierError('EXPORT_FOLDER', { folder }, { cause: error }) : error;
  }
  return { written, folder };
}

/** Writes a mask below `masks`, and makes sure that no symbolic link leads out of it. */
async function writeMask(
  file: string,
  masks: string,
  { width, height, data }: Pick<PngImage, 'width' | 'height' | 'data'>,
  palette: Palette,
): Promise<void> {
  if (!isWithin(await realAncestor(dirname(file)), masks)) throw new EspalierError('EXPORT_FOLDER', { folder: dirname(file) });
  await mkdir(dirname(file), { recursive: true });
  await writePng(file, { kind: 'indexed', width, height, data }, palette);
}

function refinementOf(project: Project, { runId, gamma, beta }: ParamsOf<'export.masks'>): Refinement {
  const run = runId === null ? project.queries.runs.newestPredicted() : runOf(project, runId);
  if (!run) throw new EspalierError('RUN_UNKNOWN', { run: 'with predictions' });
  return { run, gamma, beta: beta ?? run.review_beta ?? 1 };
}

function imagesOf(project: Project, ids: readonly number[] | null, refinement: Refinement | null): ImageRow[] {
  const { images } = project.queries;
  const rows = ids ? ids.map((id) => imageOf(project, id)) : images.exportable(refinement?.run.number ?? null);
  // An image that never could be read has no size, and no labels.
  return rows.filter(({ width }) => width > 0);
}

async function makeFolders(project: Project, chosen: string): Promise<{ folder: string; masks: string }> {
  const folder = resolve(chosen);
  const masks = join(folder, 'masks');
  if (isWithin(await realAncestor(masks), project.layout.folder)) throw new EspalierError('EXPORT_INSIDE', { folder });
  try {
    await mkdir(masks, { recursive: true });
    for (const each of [folder, masks]) await access(each, constants.W_OK);
    return { folder: await realpath(folder), masks: await realpath(masks) };
  } catch (error) {
    if (isDiskFull(error)) throw error;
    throw new EspalierError('EXPORT_FOLDER', { folder }, { cause: error });
  }
}

/** The real path of a file or of the nearest folder above it that exists. */
async function realAncestor(path: string): Promise<string> {
  const real = await realpath(path).catch(() => null);
  return real ?? realAncestor(dirname(path));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
