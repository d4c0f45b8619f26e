import type { ImageQuery } from '@shared/domain';
import type { Params, Read } from '../reader/reader';
import { SEEN, SEEN_BY, type SeenImage } from './image-record';
import { WITH_LABELS, WITHOUT_LABELS } from './images';

/** The part of the SQL that a query decides. `run` is the run's number, null without one. */
interface Selection {
  readonly where: string;
  readonly params: Params;
}

/** The images of a filter, and how many there are; the folder itself is never counted. */
interface Filter {
  readonly where: string;
  readonly total: string;
}

/** A condition on `image`, and on `image_count` alike. */
const counted = (where: string): Filter => ({ where, total: `SELECT sum(images) AS n FROM image_count WHERE ${where}` });

const FILTERS: Readonly<Record<ImageQuery['filter'], Filter>> = {
  all: counted('1'),
  // By their labels, as the project's summary counts: what is marked done may have none.
  unlabelled: {
    where: WITHOUT_LABELS,
    total: `SELECT (SELECT sum(images) FROM image_count WHERE bucket <> 'problem') -
                   (SELECT count(*) FROM image WHERE ${WITH_LABELS}) AS n`,
  },
  started: counted("bucket = 'started'"),
  done: counted("bucket = 'done'"),
  problem: counted("bucket = 'problem'"),
  reviewed: {
    where: 'image.id IN (SELECT image_id FROM reviewed WHERE run = :run)',
    total: 'SELECT reviewed_images AS n FROM run WHERE number = :run',
  },
};

/**
 * Lists of images. Without a search, every list by name or date is a walk along one index, and so is a list by score:
 * first the images the run has predicted, the most filtered first, then the others by name.
 */
export function imageListQueries(read: Read) {
  const number = async (sql: string, params: Params): Promise<number> => Number((await read<{ n: number | null }>(sql, params))[0]?.n ?? 0);
  const ids = async (sql: string, params: Params): Promise<number[]> => (await read<{ id: number }>(sql, params)).map((row) => row.id);

  const total = (query: ImageQuery, { where, params }: Selection): Promise<number> =>
    query.search === '' ? number(FILTERS[query.filter].total, params) : number(`SELECT count(*) AS n FROM image WHERE ${where}`, params);

  const predictedBy = (runNumber: number | null): Promise<number> =>
    number('SELECT predicted_images AS n FROM run WHERE number = :run', { run: runNumber });

  /** The images of a list that a run has predicted. Few are looked up one by one; many are met along the index of scores. */
  const scoredFrom = async (query: ImageQuery, runNumber: number | null): Promise<string> => {
    const chosen = selection(query, runNumber);
    if (query.filter === 'all' && query.search === '') return 'FROM prediction WHERE prediction.run = :run';
    const few = (await total(query, chosen)) * 8 < (await predictedBy(runNumber));
    const join = few
      ? 'image CROSS JOIN prediction ON prediction.run = :run AND prediction.image_id = image.id'
      : 'prediction CROSS JOIN image ON image.id = prediction.image_id';
    return `FROM ${join} WHERE prediction.run = :run AND ${chosen.where}`;
  };
  const scoredCount = async (query: ImageQuery, runNumber: number | null): Promise<number> =>
    query.filter === 'all' && query.search === ''
      ? predictedBy(runNumber)
      : number(`SELECT count(*) AS n ${await scoredFrom(query, runNumber)}`, { ...selection(query, runNumber).params, run: runNumber });

  const page = async (query: ImageQuery, runNumber: number | null, offset: number, limit: number): Promise<number[]> => {
    const { where, params } = selection(query, runNumber);
    const window = { ...params, offset, limit };
    const score = scoreOf(query, runNumber);
    if (!score) return ids(`SELECT id FROM image WHERE ${where} ORDER BY ${orderOf(query)} LIMIT :limit OFFSET :offset`, window);

    const scored = await ids(
      `SELECT prediction.image_id AS id ${await scoredFrom(query, runNumber)}
       ORDER BY prediction.${score} DESC, prediction.image_id LIMIT :limit OFFSET :offset`,
      { ...window, run: runNumber },
    );
    if (scored.length === limit) return scored;
    const predicted = await scoredCount(query, runNumber);
    if (predicted === (await total(query, { where, params }))) return scored;
    const rest = await ids(
      `SELECT id FROM image WHERE ${where} AND NOT EXISTS (SELECT 1 FROM prediction WHERE run = :run AND image_id = image.id)
       ORDER BY sort_name, id LIMIT :limit OFFSET :offset`,
      { ...params, run: runNumber, limit: limit - scored.length, offset: Math.max(0, offset - predicted) },
    );
    return [...scored, ...rest];
  };

  const LISTED = `SELECT ${SEEN} FROM json_each(:ids) AS wanted JOIN image ON image.id = wanted.value ${SEEN_BY} ORDER BY wanted.key`;

  return {
    async list(query: ImageQuery, runNumber: number | null, offset: number, limit: number): Promise<{ total: number; rows: SeenImage[] }> {
      const found = await page(query, runNumber, offset, limit);
      const rows = await read<SeenImage>(LISTED, { ids: JSON.stringify(found), run: runNumber });
      return { total: await total(query, selection(query, runNumber)), rows };
    },

    /** How many images of a list come before image `id`; null when the list leaves it out. */
    async position(id: number, query: ImageQuery, runNumber: number | null): Promise<number | null> {
      const { where, params } = selection(query, runNumber);
      const own = { ...params, id, run: runNumber };
      if ((await number(`SELECT count(*) AS n FROM image WHERE id = :id AND ${where}`, { ...params, id })) === 0) return null;
      const score = scoreOf(query, runNumber);
      const mine = (column: string): string => `(SELECT ${column} FROM image WHERE id = :id)`;
      if (!score && query.sort === 'recent') {
        return number(`SELECT count(*) AS n FROM image WHERE ${where} AND (touched, id) > (${mine('touched')}, :id)`, { ...params, id });
      }
      const before = `(sort_name, id) < (${mine('sort_name')}, :id)`;
      if (!score) return number(`SELECT count(*) AS n FROM image WHERE ${where} AND ${before}`, { ...params, id });

      const value = `(SELECT ${score} FROM prediction WHERE run = :run AND image_id = :id)`;
      if ((await number(`SELECT count(*) AS n FROM prediction WHERE run = :run AND image_id = :id`, { id, run: runNumber })) === 1) {
        return number(
          `SELECT count(*) AS n ${await scoredFrom(query, runNumber)}
             AND (prediction.${score} > ${value} OR (prediction.${score} = ${value} AND prediction.image_id < :id))`,
          own,
        );
      }
      const unpredicted = await number(
        `SELECT count(*) AS n FROM image WHERE ${where} AND ${before}
           AND NOT EXISTS (SELECT 1 FROM prediction WHERE run = :run AND image_id = image.id)`,
        own,
      );
      return (await scoredCount(query, runNumber)) + unpredicted;
    },
  };
}
export type ImageListQueries = ReturnType<typeof imageListQueries>;

function selection(query: ImageQuery, run: number | null): Selection {
  if (query.search === '') return { where: FILTERS[query.filter].where, params: { run } };
  const pattern = `%${query.search.replace(/[\\%_]/g, '\\$&')}%`;
  return { where: `${FILTERS[query.filter].where} AND image.path LIKE :pattern ESCAPE '\\'`, params: { pattern, run } };
}

function scoreOf(query: ImageQuery, runNumber: number | null): 'doubted' | 'low_confidence' | null {
  if (runNumber === null) return null;
  return query.sort === 'doubted' ? 'doubted' : query.sort === 'lowConfidence' ? 'low_confidence' : null;
}

function orderOf(query: ImageQuery): string {
  return query.sort === 'recent' ? 'touched DESC, id DESC' : 'sort_name, id';
}
