import Sqlite from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { ImageQuery } from '@shared/domain';
import { migrate } from '../database/schema';
import { countBefore, pageOf, paramsOf, plainWalk, scoredWalk, scoreOf, type Walk } from './image-walks';

const db = new Sqlite(':memory:');
migrate(db, 0);
afterAll(() => db.close());

const { filter: filters, sort: sorts } = ImageQuery.shape;
const BASE = { search: '', runId: 'run-0001', against: 'run-0002', over: 0.1 } as const;
const MEASURED: readonly string[] = ['contradicted', 'changed'];
const lists = filters.options
  .filter((filter) => filter !== 'suggested' && !MEASURED.includes(filter))
  .flatMap((filter) => sorts.options.map((sort) => ({ filter, sort, ...BASE })));
/** Lists whose filter is the very thing that they are sorted by. */
const ranges: ImageQuery[] = [
  { filter: 'contradicted', sort: 'contradicted', ...BASE },
  { filter: 'contradicted', sort: 'contradicted', ...BASE, cell: { label: 1, predicted: 2 } },
  { filter: 'changed', sort: 'change', ...BASE },
];

function walkOf(query: ImageQuery): Walk {
  return scoreOf(query) === null ? plainWalk(query) : scoredWalk(query, false);
}

/** How SQLite goes about a question, a line for each table. */
function planOf(sql: string, query: ImageQuery): string[] {
  const params = { ...paramsOf(query, 1), value: 1, id: 1, limit: 200, offset: 0 };
  return db
    .prepare<object, { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(params)
    .map(({ detail }) => detail);
}

describe('every list that the window offers', () => {
  it.each([...lists, ...ranges])('$filter by $sort is one walk along an index that holds all of it', (query) => {
    const walk = walkOf(query);
    for (const sql of [pageOf(walk, false), pageOf(walk, true), countBefore(walk)]) {
      expect(planOf(sql, query)).toEqual([expect.stringMatching(/^(SCAN|SEARCH) (image|score|reviewed|confusion) USING COVERING INDEX /)]);
    }
  });

  it.each([...lists, ...ranges])('$filter by $sort goes on from a row without a look at those before it', (query) => {
    const [step] = planOf(pageOf(walkOf(query), true), query);
    // Within the equal ones of a filter, a range of the values that the order goes by.
    expect(step).toMatch(
      /\((run=\? AND )?(name=\? AND )?(label=\? AND predicted=\? AND )?\(?(sort_name|touched|value|pixels)(,image_id\))?[<>]/,
    );
  });

  it.each(MEASURED.flatMap((filter) => sorts.options.map((sort) => ({ filter, sort, ...BASE }) as ImageQuery)))(
    '$filter by $sort looks each image of a walk up in an index, and sorts nothing',
    (query) => {
      for (const sql of [pageOf(walkOf(query), true), countBefore(walkOf(query))]) {
        for (const line of planOf(sql, query)) expect(line).toMatch(/USING (COVERING INDEX|PRIMARY KEY)|CORRELATED/);
      }
    },
  );

  it.each(sorts.options)('suggested by %s looks up what was suggested, whatever the folder holds', (sort) => {
    const query = { filter: 'suggested', sort, ...BASE } as const;
    const walk = walkOf(query);
    for (const sql of [pageOf(walk, false), pageOf(walk, true), countBefore(walk)]) {
      const [first, ...others] = planOf(sql, query).filter((line) => !line.startsWith('USE TEMP B-TREE'));
      expect(first).toMatch(/^SCAN suggestion/);
      for (const line of others) expect(line).toMatch(/^SEARCH (image|score) USING (INTEGER PRIMARY KEY|PRIMARY KEY|(COVERING )?INDEX)/);
    }
  });
});
