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
  const { comparisons, images, predictions, reviewed, runs, suggestions } = prepareQueries(db);
  for (const number of [RUN, 2])
    runs.add({ number, id: `run-000${number}`, now: '', settings: '{}', labelled: 1, unlabelled: 1, chain: null });
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
    if (id % 4 === 2) {
      const contradicted = (id % 12) * 5;
      predictions.score(RUN, id, 'contradicted', contradicted);
      predictions.score(RUN, id, 'suspect', id % 3);
      const cells = [
        ...(contradicted > 0 ? [{ label: 1, predicted: 0, pixels: contradicted }] : []),
        { label: 1, predicted: 1, pixels: 7 },
      ];
      comparisons.measured(RUN, id, 1, false, cells);
    }
    if (id % 4 !== 0 && id % 5 < 3) predictions.score(RUN, id, 'change-run-0002', (id % 6) / 10);
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
  contradicted: number | null;
  suspect: number | null;
  change: number | null;
  reviewed: number;
}

/** Ids of a list, told from the tables as they are without an index, a trigger or an order of SQL. */
function listed({ filter, sort, search, over = 0, cell }: ImageQuery): number[] {
  const score = (name: string) => `(SELECT value FROM score WHERE run = ${RUN} AND image_id = image.id AND name = '${name}')`;
  const rows = db
    .prepare<[], Truth>(
      `SELECT image.*, ${score('doubted')} AS doubted, ${score('lowConfidence')} AS lowConfidence, ${score('contradicted')} AS contradicted,
         ${score('suspect')} AS suspect, ${score('change-run-0002')} AS change,
         EXISTS (SELECT 1 FROM reviewed WHERE run = ${RUN} AND image_id = image.id) AS reviewed
       FROM image`,
    )
    .all();
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
      contradicted: cell?.predicted === 1 ? row.contradicted !== null : (row.contradicted ?? 0) > 0,
      changed: (row.change ?? 0) > over,
    };
    return kinds[filter] && row.path.includes(search);
  });
  const byName = (a: Truth, b: Truth): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.id - b.id);
  if (sort === 'name') return chosen.sort(byName).map(({ id }) => id);
  if (sort === 'recent') return chosen.sort((a, b) => b.touched - a.touched || b.id - a.id).map(({ id }) => id);
  // What only previews say no run does.
  if (sort === 'rare') return chosen.sort(byName).map(({ id }) => id);
  // Of the cell of what is labelled and predicted alike every image has seven pixels.
  const value = (row: Truth): number => (cell?.predicted === 1 && filter === sort ? 7 : (row[sort] ?? -1));
  return chosen.sort((a, b) => value(b) - value(a) || (value(a) < 0 ? byName(a, b) : a.id - b.id)).map(({ id }) => id);
}

const { filter: filters, sort: sorts } = ImageQuery.shape;
const BASE = { runId: 'run-0001', against: 'run-0002', over: 0.2 } as const;
const queries = ['', '1', '77', 'nowhere'].flatMap((search) =>
  filters.options.flatMap((filter) => sorts.options.map((sort): ImageQuery => ({ filter, sort, search, ...BASE }))),
);
const cells = [0, 1].flatMap((predicted) =>
  sorts.options.flatMap((sort) =>
    ['', '1'].map((search): ImageQuery => ({ filter: 'contradicted', sort, search, ...BASE, cell: { label: 1, predicted } })),
  ),
);

describe('a list of images', () => {
  it.each([...queries, ...cells])(
    'of "$search", $filter $cell by $sort, is the same in one page, page after page, and from anywhere',
    async (query) => {
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
    },
  );

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
