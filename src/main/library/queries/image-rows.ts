import { numberBy, type Params, type Read } from '../reader/reader';
import { WITH_LABELS, WITHOUT_LABELS, type ImageRow } from './images';

/** Rows found at a time: what is found takes a few milliseconds to arrive, between which others are answered. */
const SLICE = 2000;

/** An image as runs and exports need it. */
export type FoundImage = Pick<ImageRow, 'id' | 'path' | 'stem' | 'width' | 'height'>;

const HAS_PREDICTION = 'EXISTS (SELECT 1 FROM prediction WHERE run = :run AND image_id = image.id)';
const EXPORTABLE = `(labelled_pixels > 0 OR ${HAS_PREDICTION})`;

/** All images of a kind, however many: slice after slice, by name. */
export function imageRowQueries(read: Read) {
  const number = numberBy(read);

  async function* byName(where: string, params: Params = {}): AsyncGenerator<FoundImage[]> {
    for (let [name, id] = ['', 0]; ;) {
      const rows = await read<FoundImage & { sort_name: string }>(
        `SELECT id, path, stem, width, height, sort_name FROM image WHERE ${where} AND (sort_name, id) > (:name, :id)
         ORDER BY sort_name, id LIMIT ${SLICE}`,
        { ...params, name, id },
      );
      if (rows.length > 0) yield rows;
      if (rows.length < SLICE) return;
      ({ sort_name: name, id } = rows.at(-1)!);
    }
  }

  return {
    /** Readable images with labels, and without. */
    labelled: () => byName(WITH_LABELS),
    unlabelled: () => byName(WITHOUT_LABELS),
    /** Some of them at random, at most so many. */
    some: (which: 'labelled' | 'unlabelled', most: number) =>
      read<FoundImage>(
        `SELECT id, path, stem, width, height FROM image
         WHERE id IN (SELECT id FROM image WHERE ${which === 'labelled' ? WITH_LABELS : WITHOUT_LABELS} ORDER BY random() LIMIT :most)`,
        { most },
      ),
    /** Images with labels, or with a prediction of a run. */
    exportable: (run: number | null) => byName(EXPORTABLE, { run }),
    /** How many images are not `exportable`. */
    others: async (run: number | null) => ({
      readable: await number(`SELECT count(*) AS n FROM image WHERE status = 'ok' AND NOT ${EXPORTABLE}`, { run }),
      unreadable: await number(`SELECT count(*) AS n FROM image WHERE status <> 'ok' AND NOT ${EXPORTABLE}`, { run }),
    }),
    /** Readable images that a run has not predicted with Best masks, or without, in order of their ids: at most `limit` after `after`. */
    unpredicted: (run: number, best: boolean, after: number, limit: number) =>
      read<FoundImage>(
        `SELECT id, path, stem, width, height FROM image WHERE id > :after AND status = 'ok'
           AND NOT EXISTS (SELECT 1 FROM prediction WHERE run = :run AND image_id = image.id AND best = :best) ORDER BY id LIMIT :limit`,
        { run, best: Number(best), after, limit },
      ),
    /** Ids of the images that a run has predicted, slice after slice. */
    async *predicted(run: number): AsyncGenerator<number[]> {
      for (let after = 0; ;) {
        const rows = await read<{ id: number }>(
          `SELECT image_id AS id FROM prediction WHERE run = :run AND image_id > :after ORDER BY image_id LIMIT ${SLICE}`,
          { run, after },
        );
        if (rows.length > 0) yield rows.map(({ id }) => id);
        if (rows.length < SLICE) return;
        after = rows.at(-1)!.id;
      }
    },
    /** Pixels of all readable images. */
    pixels: () => number("SELECT sum(width * height) AS n FROM image WHERE status = 'ok'"),
    /** Ids of images with rejections that were not taken back. */
    withRejections: async () =>
      (await read<{ id: number }>("SELECT DISTINCT image_id AS id FROM decision WHERE kind = 'reject' AND undone = 0")).map(({ id }) => id),
  };
}
