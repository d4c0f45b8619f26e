import type { ImageQuery } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import type { ParamsOf, ResultOf } from '@shared/protocol';
import type { CallContext, Handlers } from '@shared/rpc';
import { imageFile } from '../images/file';
import { findImages, maskNameOf } from '../images/find';
import { extentOf, pictureOf } from '../images/pictures';
import { tileOf } from '../images/pyramid';
import type { BitmapParts } from '../../media/bitmap';
import { imageOf, type Project } from '../project';
import { imageRecord, type ImageRow } from '../queries/images';
import { reviewShares } from '../queries/predictions';
import { runOf } from '../runs/records';
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
    'images.list': async ({ query, offset, limit }) => {
      const { total, rows } = await project().reading.lists.list(query, runNumber(project(), query), offset, limit);
      return { total, items: rows.map((row) => imageRecord(row, reviewShares(row))) };
    },
    'images.get': ({ id }) => imageRecord(imageOf(project(), id), null),
    'images.position': ({ id, query }) => project().reading.lists.position(id, query, runNumber(project(), query)),
    'images.update': ({ id, notes }) => {
      project().queries.images.setNotes(imageOf(project(), id).id, notes);
      return imageRecord(imageOf(project(), id), null);
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

const namedImage = (project: Project, row: ImageRow) => ({ ...imageFile(project, row), name: maskNameOf(project.queries, row) });

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
function mark(project: Project, { ids, mark: what, on }: ParamsOf<'images.mark'>): ResultOf<'images.mark'> {
  const { images } = project.queries;
  const changed = ids.filter((id) => {
    const { state, reviewed, labelled_pixels } = imageOf(project, id);
    const before = what === 'done' ? state === 'done' : reviewed === 1;
    if (what === 'reviewed') images.setReviewed(id, on);
    else if (before !== on) images.setState(id, on ? 'done' : labelled_pixels > 0 ? 'started' : 'unlabelled', Date.now());
    return before !== on;
  });
  return { images: ids.map((id) => imageRecord(imageOf(project, id), null)), changed };
}

function runNumber(project: Project, { runId, sort }: ImageQuery): number | null {
  if (runId !== null) return runOf(project, runId).number;
  if (sort === 'doubted' || sort === 'lowConfidence') throw new EspalierError('RUN_UNKNOWN', { run: 'to sort by' });
  return null;
}
