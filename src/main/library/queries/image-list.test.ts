import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImageQuery } from '@shared/domain';
import type { ListPlace } from '@shared/protocol';
import { migrate } from '../database/schema';
import type { Params } from '../reader/reader';
import { prepareQueries } from '.';
import { imageListQueries } from './image-list';

const IMAGES = 120;
const RUN = 1;

let db: Sqlite.Database;
beforeEach(() => {
  db = new Sqlite(':memory:');
  migrate(db, 0);
  const { images, predictions, reviewed, runs, suggestions } = prepareQueries(db);
  runs.add(RUN, 'run-0001', '', '{}', 1, 1);
  runs.add(2, 'run-0002', '', '{}', 1, 1);
  for (let id = 1; id <= IMAGES; id++) {
    // Names in another order than ids, few values of each score, and marks before and after predictions.
    const name = `${String((id * 37) % IMAGES).padStart(3, '0')}.png`;
    const file = { path: name, stem: name, name, sort_name: name, size: 1, modified: 1, digest: Buffer.of(1), width: 4, height: 4 };
    images.add({ ...file, status: 'ok', problem: null });
    const shares = { kept: 0.5, lowConfidence: (id % 3) / 8, doubted: (id % 5) / 8, meanSimilarity: 1 };
    if (id % 7 === 0) reviewed.set(RUN, id, true);
    if (id % 4 !== 0) predictions.record(RUN, id, shares, false);
    if (id % 7 === 1) reviewed.set(RUN, id, true);
    if (id % 11 === 0) reviewed.set(2, id, true);
    if (id % 2 === 0) images.setLabels(id, 5, id % 6 === 0 ? 'done' : 'started', 1000 + ((id * 13) % 50));
    if (id % 10 === 1) images.setState(id, 'done', 1000 + (id % 9));
    if (id % 13 === 0) images.setStatus(id, 'unreadable', 'cut off');
    if (id % 21 === 0) reviewed.set(RUN, id, false);
    if (id % 8 === 3) suggestions.add(id, IMAGES - id);
    if (id % 9 === 0) predictions.record(RUN, id, { ...shares, doubted: 0.9 }, false);
  }
});
afterEach(() => db.close());

const lists = () => imageListQueries(<Row>(sql: string, params: Params = {}) => Promise.resolve(db.prepare<object, Row>(sql).all(params)));

interface Truth {
  id: number;
  path: string;
  status: string;
  state: string;
  labelled_pixels: number;
  touched: number;
  doubted: number | null;
  lowConfidence: number | null;
  reviewed: number;
}

/** Ids of a list, told from the tables as they are without an index, a trigger or an order of SQL. */
function listed({ filter, sort, search }: ImageQuery): number[] {
  const rows = db
    .prepare<[number, number], Truth>(
      `SELECT image.*, doubts.value AS doubted, lows.value AS lowConfidence,
         EXISTS (SELECT 1 FROM reviewed WHERE run = ${RUN} AND image_id = image.id) AS reviewed
       FROM image LEFT JOIN score AS doubts ON doubts.run = ? AND doubts.image_id = image.id AND doubts.name = 'doubted'
         LEFT JOIN score AS lows ON lows.run = ? AND lows.image_id = image.id AND lows.name = 'lowConfidence'`,
    )
    .all(RUN, RUN);
  const chosen = rows.filter((row) => {
    const ok = row.status === 'ok';
    const kinds: Record<ImageQuery['filter'], boolean> = {
      all: true,
      unlabelled: ok && row.labelled_pixels === 0,
      suggested: row.id % 8 === 3,
      started: ok && row.state === 'started',
      done: ok && row.state === 'done',
      problem: !ok,
      reviewed: row.reviewed === 1,
    };
    return kinds[filter] && row.path.includes(search);
  });
  const byName = (a: Truth, b: Truth): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.id - b.id);
  const score = ({ doubted, lowConfidence }: Truth): number => (sort === 'doubted' ? doubted : lowConfidence) ?? -1;
  const orders: Record<ImageQuery['sort'], (a: Truth, b: Truth) => number> = {
    name: byName,
    recent: (a, b) => b.touched - a.touched || b.id - a.id,
    doubted: (a, b) => score(b) - score(a) || (score(a) < 0 ? byName(a, b) : a.id - b.id),
    lowConfidence: (a, b) => score(b) - score(a) || (score(a) < 0 ? byName(a, b) : a.id - b.id),
  };
  return chosen.sort(orders[sort]).map(({ id }) => id);
}

const { filter: filters, sort: sorts } = ImageQuery.shape;
const queries = ['', '1', '77', 'nowhere'].flatMap((search) =>
  filters.options.flatMap((filter) => sorts.options.map((sort): ImageQuery => ({ filter, sort, search, runId: 'run-0001' }))),
);

describe('a list of images', () => {
  it.each(queries)('of "$search", $filter by $sort, is the same in one page, page after page, and from anywhere', async (query) => {
    const expected = listed(query);
    const { list, position } = lists();
    const whole = await list(query, RUN, 0, 1000, null);
    expect(whole.rows.map(({ id }) => id)).toEqual(expected);
    expect(whole.total).toBe(expected.length);

    const paged: number[] = [];
    const places: ListPlace[] = [];
    for (let last: ListPlace | null = null; paged.length < expected.length; places.push(last!)) {
      const page = await list(query, RUN, paged.length, 7, last);
      paged.push(...page.rows.map(({ id }) => id));
      last = page.last;
      expect(last).toMatchObject({ index: paged.length - 1, id: paged.at(-1) });
    }
    expect(paged).toEqual(expected);

    // Rows passed over from the start, and from the end of an earlier page.
    const middle = Math.floor(expected.length / 2);
    for (const place of [null, places.findLast(({ index }) => index < middle) ?? null]) {
      const page = await list(query, RUN, middle, 5, place);
      expect(page.rows.map(({ id }) => id)).toEqual(expected.slice(middle, middle + 5));
    }
    for (const [index, id] of expected.entries()) if (index % 10 === 3) expect(await position(id, query, RUN)).toBe(index);
  });

  it('goes on where a page ended though its rows have moved since', async () => {
    const query: ImageQuery = { filter: 'all', sort: 'recent', search: '', runId: null };
    const { list } = lists();
    const expected = listed(query);
    const first = await list(query, null, 0, 10, null);
    prepareQueries(db).images.setState(first.rows.at(-1)!.id, 'done', 9999);
    const next = await list(query, null, 10, 10, first.last);
    expect(next.rows.map(({ id }) => id)).toEqual(expected.slice(10, 20));
  });
});
