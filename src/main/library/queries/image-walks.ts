import { changeScore } from '@shared/comparison';
import type { ImageQuery } from '@shared/domain';
import type { Params } from '../reader/reader';
import { WITH_LABELS, WITHOUT_LABELS } from './images';

/**
 * A list, or a part of one, as rows in an order that an index has: a page is found by where the one before ended, and nothing is sorted.
 * Values are those that the order goes by; images of the same value stand in the order of their ids.
 */
export interface Walk {
  readonly from: string;
  readonly where: string;
  /** Columns: of the image's id, and of the value. */
  readonly id: string;
  readonly value: string;
  readonly order: Order;
}

const ORDERS = {
  ascending: { by: (value: string, id: string) => `${value}, ${id}`, after: rows('>'), before: rows('<') },
  descending: { by: (value: string, id: string) => `${value} DESC, ${id} DESC`, after: rows('<'), before: rows('>') },
  /** The greatest first, but of the same value the smallest id. */
  score: {
    by: (value: string, id: string) => `${value} DESC, ${id}`,
    after: (value: string, id: string) => `${value} <= :value AND (${value} < :value OR ${id} > :id)`,
    before: (value: string, id: string) => `${value} >= :value AND (${value} > :value OR ${id} < :id)`,
  },
};
type Order = keyof typeof ORDERS;

function rows(operator: '<' | '>') {
  return (value: string, id: string): string => `(${value}, ${id}) ${operator} (:value, :id)`;
}

/** SQL of a page: `id` and `value` of at most `:limit` rows from `:offset` on, counted from the row of `:value` and `:id` where it starts there. */
export function pageOf({ from, where, id, value, order }: Walk, startsAfter: boolean): string {
  const { by, after } = ORDERS[order];
  const rest = startsAfter ? ` AND ${after(value, id)}` : '';
  return `SELECT ${id} AS id, ${value} AS value FROM ${from} WHERE ${where}${rest} ORDER BY ${by(value, id)} LIMIT :limit OFFSET :offset`;
}

/** SQL of how many rows of a walk there are before the row of `:value` and `:id`, as `n`. */
export const countBefore = ({ from, where, id, value, order }: Walk): string =>
  `SELECT count(*) AS n FROM ${from} WHERE ${where} AND ${ORDERS[order].before(value, id)}`;

export const countAll = ({ from, where }: Walk): string => `SELECT count(*) AS n FROM ${from} WHERE ${where}`;

/** What a filter asks of a row of `image`, and of one of `score`; both may need `:run`. */
interface Filter {
  readonly image: string;
  readonly score: string;
  /** SQL of how many images it leaves, as `n`; the folder itself is never counted. */
  readonly total: string;
}

const bucket = (is: string, image: string): Filter => ({
  image,
  score: `score.bucket = '${is}'`,
  total: `SELECT sum(images) AS n FROM image_count WHERE bucket = '${is}'`,
});

const FILTERS: Readonly<Record<ImageQuery['filter'], Filter>> = {
  all: { image: '1', score: '1', total: 'SELECT sum(images) AS n FROM image_count' },
  // By their labels, as the project's summary counts: what is marked done may have none.
  unlabelled: {
    image: WITHOUT_LABELS,
    score: "score.bucket <> 'problem' AND score.labelled = 0",
    total: `SELECT (SELECT sum(images) FROM image_count WHERE bucket <> 'problem') -
                   (SELECT count(*) FROM image WHERE ${WITH_LABELS}) AS n`,
  },
  started: bucket('started', "status = 'ok' AND state = 'started'"),
  done: bucket('done', "status = 'ok' AND state = 'done'"),
  problem: bucket('problem', "status <> 'ok'"),
  // A few, see FEW.
  suggested: {
    image: 'image.id IN (SELECT image_id FROM suggestion)',
    score: '1',
    total: 'SELECT count(*) AS n FROM suggestion',
  },
  reviewed: {
    image: 'EXISTS (SELECT 1 FROM reviewed WHERE run = :run AND image_id = image.id)',
    score: 'score.reviewed = 1',
    total: 'SELECT reviewed_images AS n FROM run WHERE number = :run',
  },
  contradicted: hasScore('contradicted', '0'),
  changed: hasScore(':change', ':over'),
};

/** Images of which a score of the run is more than so much. */
function hasScore(name: string, over: string): Filter {
  const named = name.startsWith(':') ? name : `'${name}'`;
  const exists = (id: string): string =>
    `EXISTS (SELECT 1 FROM score AS own WHERE own.run = :run AND own.image_id = ${id} AND own.name = ${named} AND own.value > ${over})`;
  return {
    image: exists('image.id'),
    score: exists('score.image_id'),
    total: `SELECT count(*) AS n FROM score WHERE run = :run AND name = ${named} AND value > ${over}`,
  };
}

/** Images with pixels labelled as one class and predicted as another. */
const CELL: Filter = (() => {
  const exists = (id: string): string =>
    `EXISTS (SELECT 1 FROM confusion WHERE run = :run AND image_id = ${id} AND label = :label AND predicted = :predicted)`;
  return {
    image: exists('image.id'),
    score: exists('score.image_id'),
    total: 'SELECT count(*) AS n FROM confusion WHERE run = :run AND label = :label AND predicted = :predicted',
  };
})();

const filterOf = ({ filter, cell }: ImageQuery): Filter => (filter === 'contradicted' && cell ? CELL : FILTERS[filter]);

const SEARCHED = "image.path LIKE :pattern ESCAPE '\\'";

/** A list of at most a thousand images, which are looked up one by one and sorted. */
const FEW = 'suggested';

/** What a query's walks need besides the row they start after. */
export const paramsOf = (query: ImageQuery, run: number | null): Params => ({
  run,
  score: scoreOf(query),
  ...(query.search !== '' && { pattern: `%${query.search.replace(/[\\%_]/g, '\\$&')}%` }),
  ...(query.filter === 'changed' && { change: changeScore(query.against ?? ''), over: query.over ?? 0 }),
  ...(query.cell && query.cell),
});

/** In the place of a run's number: the preview of all images. */
export const PREVIEW = 0;

/** The score that a query sorts by, as the table of scores names it; null where it sorts by something else. */
export function scoreOf({ sort, against }: ImageQuery): string | null {
  if (sort === 'name' || sort === 'recent') return null;
  return sort === 'change' ? changeScore(against ?? '') : sort;
}

/** Whether a query sorts by the pixels of one cell of the confusion, which only images of the filter have. */
const byCell = ({ filter, sort, cell }: ImageQuery): boolean => filter === 'contradicted' && sort === 'contradicted' && cell !== undefined;

/** SQL of how many images have the run's score `:score`, as `n`. */
export const SCORED_TOTAL = 'SELECT images AS n FROM score_count WHERE run = :run AND name = :score';

/** SQL of what a query that sorts by a score sorts image `:id` by, as `value`. */
export const scoreValue = (query: ImageQuery): string =>
  byCell(query)
    ? 'SELECT pixels AS value FROM confusion WHERE run = :run AND image_id = :id AND label = :label AND predicted = :predicted'
    : 'SELECT value FROM score WHERE run = :run AND image_id = :id AND name = :score';

/** A condition on `image` that tells the images of a list. */
export const isListed = (query: ImageQuery): string => all(filterOf(query).image, query.search !== '' && SEARCHED);

/** SQL of how many images a query without a search lists, as `n`. */
export const totalOf = (query: ImageQuery): string => filterOf(query).total;

/** All images of a list by name, or the last changed first; `unscored`: those that have no score `:score` of the run. */
export function plainWalk(query: ImageQuery, unscored = false): Walk {
  const { filter, sort, search } = query;
  const marks = filter === 'reviewed';
  const [table, id] = marks ? ['reviewed', 'reviewed.image_id'] : ['image', 'image.id'];
  const recent = sort === 'recent';
  const joined = `${marks ? 'reviewed' : 'suggestion'} CROSS JOIN image ON image.id = image_id`;
  return {
    from: filter === FEW || (marks && search !== '') ? joined : table,
    where: all(
      marks ? 'reviewed.run = :run' : filter !== FEW && filterOf(query).image,
      search !== '' && SEARCHED,
      unscored && `NOT EXISTS (SELECT 1 FROM score WHERE run = :run AND image_id = ${id} AND name = :score)`,
    ),
    id,
    value: `${table}.${recent ? 'touched' : 'sort_name'}`,
    order: recent ? 'descending' : 'ascending',
  };
}

/**
 * The images of a list that have the score of the run that it sorts by, by it.
 * @param few the search leaves so few that they are better looked up one by one, and sorted, than met along the index
 */
export function scoredWalk(query: ImageQuery, few: boolean): Walk {
  const { filter, sort, search } = query;
  if (byCell(query)) return cellWalk(search);
  const named = 'score.name = :score';
  const joined =
    filter === FEW
      ? `suggestion CROSS JOIN score ON score.run = :run AND score.image_id = suggestion.image_id AND ${named} CROSS JOIN image ON image.id = score.image_id`
      : few
        ? `image CROSS JOIN score ON score.run = :run AND score.image_id = image.id AND ${named}`
        : 'score CROSS JOIN image ON image.id = score.image_id';
  // Where the order goes by what the filter asks for, the images of the filter are a range of it.
  const range = filter === 'changed' && sort === 'change' ? 'score.value > :over' : filter === sort ? 'score.value > 0' : null;
  return {
    from: search === '' && filter !== FEW ? 'score' : joined,
    where: all('score.run = :run', named, range ?? filterOf(query).score, search !== '' && SEARCHED),
    id: 'score.image_id',
    value: 'score.value',
    order: 'score',
  };
}

/** The images of a cell of the confusion, by its pixels. */
function cellWalk(search: string): Walk {
  return {
    from: search === '' ? 'confusion' : 'confusion CROSS JOIN image ON image.id = confusion.image_id',
    where: all('confusion.run = :run', 'label = :label', 'predicted = :predicted', search !== '' && SEARCHED),
    id: 'confusion.image_id',
    value: 'confusion.pixels',
    order: 'score',
  };
}

const all = (...conditions: (string | false)[]): string => conditions.filter((each) => each !== false).join(' AND ') || '1';
