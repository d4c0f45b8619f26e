import type { ImageQuery } from '@shared/domain';
import type { ListPlace } from '@shared/protocol';
import { numberBy, type Read } from '../reader/reader';
import { SEEN, type SeenImage } from './image-record';
import {
  countAll,
  countBefore,
  isListed,
  pageOf,
  paramsOf,
  plainWalk,
  SCORED_TOTAL,
  scoredWalk,
  scoreOf,
  scoreValue,
  totalOf,
  type Walk,
} from './image-walks';

/** A page of a list; `last`: where its last row stands, null when it is empty. */
export interface ListedPage {
  readonly total: number;
  readonly rows: readonly SeenImage[];
  readonly last: ListPlace | null;
}

/**
 * Lists of images, of one walk or, by score, of two: first the images that have the score, the greatest first, then the others by name. A page is found from the place of a row before it; without one, rows before it are passed over one by one.
 */
export function imageListQueries(read: Read) {
  const LISTED = `SELECT ${SEEN} FROM json_each(:ids) AS wanted JOIN image ON image.id = wanted.value ORDER BY wanted.key`;

  /** Questions about one list; `run` is the run's number, null without one. */
  const listOf = (query: ImageQuery, run: number | null) => {
    const params = paramsOf(query, run);
    const isScored = scoreOf(query) !== null;
    const number = (sql: string, more = {}): Promise<number> => numberBy(read)(sql, { ...params, ...more });
    const found = async (walk: Walk, scored: boolean, place: ListPlace | null, passed: number, limit: number): Promise<ListPlace[]> => {
      const from = { value: place?.value ?? null, id: place?.id ?? null };
      const rows = await read<{ id: number; value: string | number }>(pageOf(walk, place !== null), {
        ...params,
        ...(place && from),
        limit,
        offset: passed,
      });
      return rows.map(({ id, value }, i) => ({ index: (place ? place.index + 1 : 0) + passed + i, scored, value, id }));
    };

    const total = (): Promise<number> => number(query.search === '' ? totalOf(query) : countAll(plainWalk(query)));
    const haveIt = (): Promise<number> => number(SCORED_TOTAL);
    const scored = async (listed: number): Promise<Walk> => scoredWalk(query, query.search !== '' && listed * 8 < (await haveIt()));
    const scoredCount = (walk: Walk): Promise<number> =>
      query.filter === 'all' && query.search === '' ? haveIt() : number(countAll(walk));

    const page = async (offset: number, limit: number, listed: number, after: ListPlace | null): Promise<ListPlace[]> => {
      const passed = offset - (after ? after.index + 1 : 0);
      if (!isScored) return found(plainWalk(query), false, after, passed, limit);
      const rest = plainWalk(query, true);
      if (after && !after.scored) return found(rest, false, after, passed, limit);
      const walk = await scored(listed);
      const first = await found(walk, true, after, passed, limit);
      if (first.length === limit) return first;
      const scores = await scoredCount(walk);
      if (scores === listed) return first;
      const others = await found(rest, false, null, Math.max(0, offset - scores), limit - first.length);
      return [...first, ...others.map((place) => ({ ...place, index: place.index + scores }))];
    };

    return { number, total, scored, scoredCount, page, params, isScored };
  };

  return {
    /** @param after the place of a row before `offset`, as an earlier page told it */
    async list(query: ImageQuery, run: number | null, offset: number, limit: number, after: ListPlace | null): Promise<ListedPage> {
      const list = listOf(query, run);
      const total = await list.total();
      const places = await list.page(offset, limit, total, after);
      const rows = await read<SeenImage>(LISTED, { ids: JSON.stringify(places.map(({ id }) => id)), run });
      return { total, rows, last: places.at(-1) ?? null };
    },

    /** How many images of a list come before image `id`; null when the list leaves it out. */
    async position(id: number, query: ImageQuery, run: number | null): Promise<number | null> {
      const { number, total, scored, scoredCount, params, isScored } = listOf(query, run);
      if ((await number(`SELECT count(*) AS n FROM image WHERE id = :id AND ${isListed(query)}`, { id })) === 0) return null;
      const valueOf = async (sql: string): Promise<string | number | null> =>
        (await read<{ value: string | number }>(sql, { ...params, id }))[0]?.value ?? null;
      const named = async (walk: Walk, column: 'touched' | 'sort_name'): Promise<number> =>
        number(countBefore(walk), { id, value: await valueOf(`SELECT ${column} AS value FROM image WHERE id = :id`) });
      if (!isScored) return named(plainWalk(query), query.sort === 'recent' ? 'touched' : 'sort_name');

      const walk = await scored(await total());
      const value = await valueOf(scoreValue(query));
      if (value !== null) return number(countBefore(walk), { id, value });
      return (await scoredCount(walk)) + (await named(plainWalk(query, true), 'sort_name'));
    },
  };
}
export type ImageListQueries = ReturnType<typeof imageListQueries>;
