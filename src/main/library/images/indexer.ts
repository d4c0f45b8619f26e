import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EspalierError, hasCode } from '@shared/errors';
import type { ResultOf } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import type { Progress } from '@shared/protocol';
import { verifyImage } from '../../media/decode';
import { problemOf } from '../../media/failure';
import { removeOwn } from '../../media/own-files';
import { ProgressMeter } from '../progress/meter';
import type { OpenProject } from '../project/open-project';
import type { ImageRow, IndexedFile } from '../queries/images';
import { forgetPictures } from './copies';
import { digestOf } from '../../media/digest';
import { lastPart, sortNameOf, stemOf } from './names';
import { countImages, walkImages } from './walk';

/** Files looked at together, and committed together. */
const BATCH = 256;
const AT_ONCE = 8;

interface Finding {
  readonly known: ImageRow | null;
  readonly file: IndexedFile;
}

/**
 * Brings the index up to date with the folder. A file is looked at again when its size or date changed, and counts as changed when its
 * content did. A file of the content of one that is gone is that one, moved or renamed. What is gone for good is marked missing and
 * keeps its labels; what cannot be read is recorded with the reason. Work is kept batch by batch, so that an abort loses nothing.
 * @throws EspalierError FOLDER_EMPTY, FOLDER_UNUSABLE when neither folder nor index hold an image; CANCELLED
 */
export async function indexFolder(project: OpenProject, { signal, progress }: CallContext<Progress>): Promise<ResultOf<'project.index'>> {
  const { layout, queries } = project;
  const total = await countImages(layout.folder, signal).catch((error: unknown) => {
    const empty = error instanceof EspalierError && queries.images.maxId() > 0;
    if (!empty) throw error;
    return 0;
  });
  const meter = new ProgressMeter(total, progress);
  const seen = new Uint8Array(queries.images.maxId() + 1);
  const leftOut: { name: string; reason: string }[] = [];
  const remarks = new Map<string, { remark: string; images: number; first: string }>();
  const counts = { added: 0, changed: 0, moved: 0, removed: 0 };

  const take = async (paths: readonly string[]): Promise<void> => {
    const findings = await mapAtOnce(paths, (path) => look(project, path));
    signal.throwIfAborted();
    await keep(project, findings, seen, counts);
    for (const finding of findings) noteRemark(finding, remarks);
    meter.advance(paths.length);
  };
  let batch: string[] = [];
  for await (const path of walkImages(layout.folder, { signal, onProblem: (name, reason) => leftOut.push({ name, reason }) })) {
    batch.push(path);
    if (batch.length === BATCH) {
      await take(batch);
      batch = [];
    }
  }
  await take(batch);
  counts.removed = await markMissing(project, seen, leftOut, signal);
  await removeOwn(layout.formerPictures);
  leftOut.sort((a, b) => (a.name < b.name ? -1 : 1));
  const unreadable = queries.images.unreadable().map(({ path, problem }) => ({ name: path, reason: problem ?? '' }));
  return { ...counts, unreadable: [...leftOut, ...unreadable], remarks: [...remarks.values()] };
}

/** Counts what is remarked on readable files, by its words. */
function noteRemark(finding: Finding | number | null, remarks: Map<string, { remark: string; images: number; first: string }>): void {
  if (finding === null || typeof finding === 'number') return;
  const { path, status, problem: remark } = finding.file;
  if (status !== 'ok' || remark === null) return;
  const { images, first } = remarks.get(remark) ?? { images: 0, first: path };
  remarks.set(remark, { remark, images: images + 1, first });
}

/** What is new about a file; its number when nothing is, null when it is gone. What could not be read is tried again. */
async function look(project: OpenProject, path: string): Promise<Finding | number | null> {
  const known = project.queries.images.atPath(path) ?? null;
  const full = join(project.layout.folder, path);
  const stats = await stat(full).catch(() => null);
  if (!stats) return null; // Removed since it was listed: it counts as missing.
  const size = stats.size;
  const modified = Math.round(stats.mtimeMs * 1000);
  const { predictions } = project.queries;
  const sameDate = known !== null && known.size === size && known.modified === modified;
  // Indexed before contents were: of what is predicted, it is taken down now.
  const unknown = known !== null && known.digest === null && predictions.has(known.id);
  if (known?.status === 'ok' && sameDate && !unknown) return known.id;

  const stem = stemOf(path);
  const named = { path, stem, name: lastPart(stem), sort_name: sortNameOf(path) };
  const digest = await digestOf(full).catch(() => NO_DIGEST);
  const base = { ...named, size, modified, digest };
  const moved = known === null ? await goneOf(project, base) : null;
  if (moved) return { known: moved, file: { ...base, width: moved.width, height: moved.height, status: 'ok', problem: null } };
  if (known?.status === 'ok' && isSame(known, base)) {
    const { width, height, status, problem } = known;
    return { known, file: { ...base, width, height, status, problem } };
  }
  try {
    const { width, height, remark } = await verifyImage(full);
    return { known, file: { ...base, width, height, status: 'ok', problem: remark } };
  } catch (error) {
    const { width = 0, height = 0 } = known ?? {};
    return { known, file: { ...base, width, height, status: 'unreadable', problem: problemOf(error) } };
  }
}

/** The image that a new file is, moved or renamed: of its content, readable once, its own file gone; one with labels, or of the same name, before others. */
async function goneOf(project: OpenProject, { digest, name }: Pick<IndexedFile, 'digest' | 'name'>): Promise<ImageRow | null> {
  if (digest.length === 0) return null;
  const gone: ImageRow[] = [];
  for (const row of project.queries.images.withDigest(digest)) {
    if (row.width > 0 && row.status !== 'unreadable' && (await isGone(join(project.layout.folder, row.path)))) gone.push(row);
  }
  return gone.find((row) => row.labelled_pixels > 0) ?? gone.find((row) => lastPart(row.stem) === name) ?? gone[0] ?? null;
}

/** Whether nothing is there; a folder that cannot be listed may have it. */
async function isGone(file: string): Promise<boolean> {
  return stat(file).then(
    () => false,
    (error: unknown) => hasCode(error, 'ENOENT', 'ENOTDIR'),
  );
}

/** Of a file that cannot be read, which is like no other. */
const NO_DIGEST = Buffer.alloc(0);

/** Whether a file has the content that it was indexed with, as far as that is known. */
function isSame(known: ImageRow, { size, modified, digest }: Pick<IndexedFile, 'size' | 'modified' | 'digest'>): boolean {
  if (known.digest === null) return known.size === size && known.modified === modified;
  return digest.length > 0 && known.digest.equals(digest);
}

async function keep(
  project: OpenProject,
  findings: readonly (Finding | number | null)[],
  seen: Uint8Array,
  counts: { added: number; changed: number; moved: number },
): Promise<void> {
  const { images, predictions } = project.queries;
  const replaced: number[] = [];
  project.db.transaction(() => {
    for (const finding of findings) {
      if (finding === null) continue;
      if (typeof finding === 'number') {
        seen[finding] = 1;
        continue;
      }
      const { known, file } = finding;
      const moved = known !== null && known.path !== file.path;
      // Of two copies of a file that is gone, one is it; an image that this very index has added is beyond `seen`.
      if (!known || (moved && (known.id >= seen.length || seen[known.id] === 1))) {
        images.add(file);
        counts.added++;
        continue;
      }
      seen[known.id] = 1;
      if (moved) {
        images.move(known.id, file);
        counts.moved++;
      }
      images.change(known.id, fitToLabels(project, known, file));
      if (isSame(known, file)) continue;
      counts.changed++;
      replaced.push(known.id);
      predictions.forgetImage(known.id);
    }
  })();
  for (const id of replaced) await forgetPictures(project.layout, id);
}

/** A changed file whose size no longer fits its labels is set aside rather than losing them. */
function fitToLabels(project: OpenProject, known: ImageRow, file: IndexedFile): IndexedFile {
  const sameSize = known.width === file.width && known.height === file.height;
  if (file.status !== 'ok' || sameSize || project.queries.labels.get(known.id).revision === 0) return file;
  const problem = `it has labels for ${known.width} × ${known.height} pixels but is now ${file.width} × ${file.height}`;
  return { ...file, width: known.width, height: known.height, status: 'unreadable', problem };
}

/** Images not seen are missing, unless they lie in a folder that could not be listed. */
async function markMissing(
  project: OpenProject,
  seen: Uint8Array,
  unlisted: readonly { name: string }[],
  signal: AbortSignal,
): Promise<number> {
  const { images } = project.queries;
  let removed = 0;
  for (let after = 0; ;) {
    const ids = images.presentAfter(after, 10_000);
    if (ids.length === 0) return removed;
    after = ids.at(-1)!;
    project.db.transaction(() => {
      for (const id of ids) {
        // Images added by this very index have ids beyond `seen`.
        if (id >= seen.length || seen[id] === 1) continue;
        const path = images.get(id)?.path ?? '';
        if (unlisted.some(({ name }) => name.endsWith('/') && path.startsWith(name))) continue;
        images.setStatus(id, 'missing', 'the file is no longer there');
        removed++;
      }
    })();
    await new Promise(setImmediate);
    signal.throwIfAborted();
  }
}

async function mapAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
