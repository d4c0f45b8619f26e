import { needsRun, type ImageQuery, type ImageRecord } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import type { ParamsOf, ResultOf } from '@shared/protocol';
import type { CallContext, Handlers } from '@shared/rpc';
import { imageFile } from '../images/file';
import { findImages, maskNameOf } from '../images/find';
import { extentOf, pictureOf } from '../images/pictures';
import { tileOf } from '../images/pyramid';
import type { BitmapParts } from '../../media/bitmap';
import { imageOf, runOf, type OpenProject } from '../project/open-project';
import { imageRecord } from '../queries/image-record';
import { PREVIEW } from '../queries/image-walks';
import type { ImageRow } from '../queries/images';
import type { Open } from './project';

type Methods =
  | 'images.list'
  | 'images.get'
  | 'images.position'
  | 'images.update'
  | 'images.mark'
  | 'images.picture'
  | 'images.tile'
  | 'images.samples'
  | 'images.named'
  | 'images.readable';

export function imageHandlers(project: Open): Handlers<Methods> {
  return {
    'images.list': async ({ query, offset, limit, after }) => {
      const { total, rows, last } = await project().reading.lists.list(query, runNumber(project(), query), offset, limit, after ?? null);
      return { total, items: rows.map(imageRecord), last };
    },
    'images.get': ({ id, runId }) => recordOf(project(), id, numberOf(project(), runId)),
    'images.position': ({ id, query }) => project().reading.lists.position(id, query, runNumber(project(), query)),
    'images.update': ({ id, notes, runId }) => {
      project().queries.images.setNotes(imageOf(project(), id).id, notes);
      return recordOf(project(), id, numberOf(project(), runId));
    },
    'images.mark': (params) => project().db.transaction(() => mark(project(), params))(),
    'images.picture': async ({ id, kind, range }, context) =>
      inParts(await pictureOf(project(), imageOf(project(), id), kind, range), context),
    'images.tile': async (params, context) => inParts(await tileOf(project(), imageOf(project(), params.id), params), context),
    'images.samples': ({ id }) => extentOf(project(), imageOf(project(), id)),
    'images.named': ({ names }) =>
      names.map((name) =>
        findImages(project().queries, name)
          .images.filter(({ status }) => status === 'ok')
          .map((row) => namedImage(project(), row)),
      ),
    'images.readable': ({ after, limit }) =>
      project()
        .queries.images.readableAfter(after, limit)
        .map((row) => namedImage(project(), row)),
  };
}

const namedImage = (project: OpenProject, row: ImageRow) => ({ ...imageFile(project, row), name: maskNameOf(project.queries, row) });

/** Bytes of a picture sent at a time: between two such parts others are answered. */
const PART = 1 << 20;

async function inParts(bitmap: BitmapParts, { signal, progress }: CallContext<Uint8Array>): Promise<null> {
  for (const bytes of bitmap) {
    for (let at = 0; at < bytes.length; at += PART) {
      progress(bytes.subarray(at, at + PART));
      await new Promise(setImmediate);
      signal.throwIfAborted();
    }
  }
  return null;
}

/** Done is the user's word; the other states say what the pixels are. */
function mark(project: OpenProject, { ids, mark: what, on, runId }: ParamsOf<'images.mark'>): ResultOf<'images.mark'> {
  const { images, reviewed } = project.queries;
  const run = numberOf(project, runId);
  if (what === 'reviewed' && run === null) throw new EspalierError('RUN_UNKNOWN', { run: 'to review' });
  const changed = ids.filter((id) => {
    const { state, labelled_pixels } = imageOf(project, id);
    if (what === 'reviewed') return run !== null && reviewed.set(run, id, on).changes > 0;
    if ((state === 'done') === on) return false;
    images.setState(id, on ? 'done' : labelled_pixels > 0 ? 'started' : 'unlabelled', Date.now());
    return true;
  });
  return { images: ids.map((id) => recordOf(project, id, run)), changed };
}

/** @throws EspalierError IMAGE_UNKNOWN */
function recordOf(project: OpenProject, id: number, run: number | null): ImageRecord {
  const row = project.queries.seenImages.get(id, run);
  if (!row) throw new EspalierError('IMAGE_UNKNOWN', { id });
  return imageRecord(row);
}

/** The number of the run looked at; null without one. @throws EspalierError RUN_UNKNOWN */
const numberOf = (project: OpenProject, runId: string | null): number | null => (runId === null ? null : runOf(project, runId).number);

/** @throws EspalierError RUN_UNKNOWN when there is no such run, or none where the list is of one */
function runNumber(project: OpenProject, { runId, filter, sort, against }: ImageQuery): number | null {
  if (runId === null && (needsRun(filter) || needsRun(sort))) throw new EspalierError('RUN_UNKNOWN', { run: 'to list by' });
  if (filter === 'changed' || sort === 'change') runOf(project, against ?? 'to compare with');
  return runId === null && (sort === 'lowConfidence' || sort === 'rare') ? PREVIEW : numberOf(project, runId);
}
