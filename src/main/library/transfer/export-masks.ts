import { constants } from 'node:fs';
import { access, mkdir, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ExportContent } from '@shared/domain';
import { EspalierError, isDenied, isDiskFull } from '@shared/errors';
import { PRESET_SETTINGS, runParts } from '@shared/settings';
import type { ParamsOf, Progress, ResultOf } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { isWithin } from '../../media/inside';
import { checkMaskNames } from '../../media/mask-names';
import type { Entries, Writer } from '../formats/base/format';
import { writingOf } from '../formats/registry';
import { maskNameOf } from '../images/find';
import { NO_SOURCE } from '../labels/history';
import { ProgressMeter } from '../progress/meter';
import { imageOf, runOf, type OpenProject } from '../project/open-project';
import type { FoundImage } from '../queries/image-rows';
import { settingsOf } from '../runs/records';
import { writeExport } from './export-set';
import { countSources, exportedMask, type Refinement } from './mask-content';
import { InFlight } from './in-flight';
import { BESIDE, Provenance } from './provenance';
import { Remarks } from './remarks';

/** Why an image has no mask, by what an export contains. */
const NOTHING: Readonly<Record<ExportContent, string>> = {
  human: 'left out: nothing in it was labelled by hand or imported',
  accepted: 'left out: nothing in it is labelled',
  refined: 'left out: it has neither labels nor a pseudo-label that counts',
  full: 'left out: it has not been predicted',
};
/** Images of a list of ids that are looked up at a time. */
const SLICE = 1000;
const UNREADABLE = 'left out: the file is missing or cannot be read';

/**
 * Writes labels in a format of the registry, and `export.json`, which says what the export is, into a folder, in the place of the export
 * that may be there. Without ids, images with nothing to say are left out.
 * @throws EspalierError FORMAT_*, EXPORT_FOLDER, EXPORT_INSIDE, EXPORT_FOREIGN, MASK_NAME, RUN_UNKNOWN, DISK_FULL, CANCELLED; the folder is as it was then
 */
export async function exportMasks(
  project: OpenProject,
  params: ParamsOf<'export.masks'>,
  context: CallContext<Progress>,
): Promise<ResultOf<'export.masks'>> {
  const writing = writingOf(params.format);
  const predicts = params.content === 'refined' || params.content === 'full';
  const refinement = predicts ? refinementOf(project, params) : null;
  const { format, content, maps = false } = params;
  const beside = { ...BESIDE, folders: maps ? BESIDE.folders : [] };
  const entries = { folders: [...writing.entries.folders, ...beside.folders], files: [...writing.entries.files, ...beside.files] };
  const folder = await exportFolder(project, params.folder, entries);
  const remarks = new Remarks();
  const { images, names } = await imagesOf(project, params, refinement, remarks);
  try {
    await checkMaskNames(folder, names);
    const seal = await writeExport(folder, entries, async (aside) => {
      const writer = await writing.begin(aside, project.queries.classes.list(), params.options);
      const provenance = await Provenance.begin(project, aside, { format, content }, refinement, maps);
      const work = { refinement, images, names, remarks, writer, provenance };
      const { masks, share } = await writeMasks(project, params, work, context).finally(() => provenance.close());
      await writer.end();
      const of = refinement && {
        run: refinement.run.id,
        ...(content === 'refined' && { gamma: refinement.gamma, ...(refinement.beta !== null && { beta: refinement.beta }) }),
      };
      return { format, content, ...of, masks, share, remarks: remarks.list(), beside };
    });
    return { written: seal.masks, share: seal.share, folder, remarks: seal.remarks };
  } catch (error) {
    throw isDenied(error) ? new EspalierError('EXPORT_FOLDER', { folder }, { cause: error }) : error;
  }
}

interface Work {
  readonly refinement: Refinement | null;
  readonly images: readonly FoundImage[];
  /** Of the masks, image by image. */
  readonly names: readonly string[];
  readonly remarks: Remarks;
  readonly writer: Writer;
  readonly provenance: Provenance;
}

/** Writes a mask for each image that has something to say; returns how many, and the share of their pixels that has a class. */
async function writeMasks(
  project: OpenProject,
  { content, imageIds }: ParamsOf<'export.masks'>,
  { refinement, images, names, remarks, writer, provenance }: Work,
  { signal, progress }: CallContext<Progress>,
): Promise<{ masks: number; share: number }> {
  const meter = new ProgressMeter(images.length, progress);
  const writing = new InFlight(1 + (writer.beside ?? 0));
  let [masks, pixels, classed] = [0, 0, 0];
  try {
    for (const [i, image] of images.entries()) {
      signal.throwIfAborted();
      const mask = await exportedMask(project, image, content, refinement);
      const { data, lacking } = mask;
      const pixelsOf = countSources(mask.sources);
      const says = data.length - pixelsOf[NO_SOURCE]!;
      // A mask that is to have a class everywhere is none without its prediction.
      if (content === 'full' && lacking !== null) {
        remarks.add(`left out: ${lacking}`, image.path);
        meter.advance();
        continue;
      }
      if (content === 'full' && says < data.length) remarks.add('written with gaps: a class predicted there is no more', image.path);
      if (lacking !== null && (says > 0 || imageIds !== null)) remarks.add(`written with labels alone: ${lacking}`, image.path);
      if (says > 0 || imageIds !== null) {
        const subset = project.queries.subsets.of(image.id);
        const { path, width, height } = image;
        await writing.add(() => writer.add({ path, name: names[i]!, subset, width, height, data }));
        await provenance.add(image, names[i]!, subset, mask, pixelsOf);
        masks++;
        pixels += data.length;
        classed += says;
      } else remarks.add(lacking === null ? NOTHING[content] : `left out: it has no labels, and ${lacking}`, image.path);
      meter.advance();
    }
    await writing.end();
  } finally {
    // What is written beside is gone before its folder is.
    await writing.settled();
  }
  await provenance.end();
  return { masks, share: pixels === 0 ? 0 : classed / pixels };
}

function refinementOf(project: OpenProject, { content, runId, gamma, beta }: ParamsOf<'export.masks'>): Refinement {
  const run = runId === null ? project.queries.runs.newestPredicted() : runOf(project, runId);
  if (!run) throw new EspalierError('RUN_UNKNOWN', { run: 'with predictions' });
  const settings = settingsOf(run);
  return {
    run,
    gamma: gamma ?? settings?.gamma ?? PRESET_SETTINGS.pruning.gamma,
    beta: runParts(settings).pruning ? (beta ?? run.review_beta ?? 1) : null,
    all: content === 'full',
  };
}

/** The images that may have a mask, and the names of these; what is left out before anything is looked at is remarked. */
async function imagesOf(
  project: OpenProject,
  { imageIds, content }: ParamsOf<'export.masks'>,
  refinement: Refinement | null,
  remarks: Remarks,
): Promise<{ images: FoundImage[]; names: string[] }> {
  const { rows } = project.reading;
  const run = refinement?.run.number ?? null;
  const [images, names]: [FoundImage[], string[]] = [[], []];
  for await (const slice of imageIds ? slicesOf(project, imageIds) : rows.exportable(run)) {
    for (const image of slice) {
      // An image that never could be read has no size, and no labels.
      if (image.width === 0) remarks.add(UNREADABLE, image.path);
      else names[images.push(image) - 1] = maskNameOf(project.queries, image);
    }
  }
  if (imageIds === null) {
    const others = await rows.others(run);
    remarks.count(NOTHING[content], others.readable);
    remarks.count(UNREADABLE, others.unreadable);
  }
  return { images, names };
}

/** Between two slices others are answered. */
async function* slicesOf(project: OpenProject, ids: readonly number[]): AsyncGenerator<FoundImage[]> {
  for (let from = 0; from < ids.length; from += SLICE) {
    yield ids.slice(from, from + SLICE).map((id) => imageOf(project, id));
    await new Promise(setImmediate);
  }
}

/** The chosen folder, made where it is not there yet, symbolic links resolved. @throws EspalierError EXPORT_INSIDE, EXPORT_FOLDER */
async function exportFolder({ layout }: OpenProject, chosen: string, { folders }: Entries): Promise<string> {
  const folder = resolve(chosen);
  for (const path of [folder, ...folders.map((name) => join(folder, name))]) {
    const real = await realAncestor(path);
    if (real === layout.folder || isWithin(layout.folder, real)) throw new EspalierError('EXPORT_INSIDE', { folder });
  }
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return await realpath(folder);
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
