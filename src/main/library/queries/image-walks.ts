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
};

const SEARCHED = "image.path LIKE :pattern ESCAPE '\\'";

/** A list of at most a thousand images, which are looked up one by one and sorted. */
const FEW = 'suggested';

/** What a query's walks need besides the row they start after. */
export const paramsOf = ({ search }: ImageQuery, run: number | null): Params => ({
  run,
  ...(search !== '' && { pattern: `%${search.replace(/[\\%_]/g, '\\$&')}%` }),
});

/** The scores that lists are sorted by, as the table of scores names them. */
export type ScoreName = 'doubted' | 'lowConfidence';

/** The score that a query sorts by; null where it sorts by something else. */
export const scoreOf = ({ sort }: ImageQuery): ScoreName | null => (sort === 'doubted' || sort === 'lowConfidence' ? sort : null);

/** SQL of how many images have a score of the run, as `n`. */
export const scoredTotal = (score: ScoreName): string => `SELECT images AS n FROM score_count WHERE run = :run AND name = '${score}'`;

/** SQL of a score of image `:id`, as `value`. */
export const scoreValue = (score: ScoreName): string => `SELECT value FROM score WHERE run = :run AND image_id = :id AND name = '${score}'`;

/** A condition on `image` that tells the images of a list. */
export const isListed = ({ filter, search }: ImageQuery): string => all(FILTERS[filter].image, search !== '' && SEARCHED);

/** SQL of how many images a query without a search lists, as `n`. */
export const totalOf = ({ filter }: ImageQuery): string => FILTERS[filter].total;

/** All images of a list by name, or the last changed first; `without`: those that have no such score of the run. */
export function plainWalk({ filter, sort, search }: ImageQuery, without: ScoreName | null = null): Walk {
  const marks = filter === 'reviewed';
  const [table, id] = marks ? ['reviewed', 'reviewed.image_id'] : ['image', 'image.id'];
  const recent = sort === 'recent';
  const joined = `${marks ? 'reviewed' : 'suggestion'} CROSS JOIN image ON image.id = image_id`;
  return {
    from: filter === FEW || (marks && search !== '') ? joined : table,
    where: all(
      marks ? 'reviewed.run = :run' : filter !== FEW && FILTERS[filter].image,
      search !== '' && SEARCHED,
      without !== null && `NOT EXISTS (SELECT 1 FROM score WHERE run = :run AND image_id = ${id} AND name = '${without}')`,
    ),
    id,
    value: `${table}.${recent ? 'touched' : 'sort_name'}`,
    order: recent ? 'descending' : 'ascending',
  };
}

/**
 * The images of a list that have a score of the run, by it.
 * @param few the search leaves so few that they are better looked up one by one, and sorted, than met along the index
 */
export function scoredWalk({ filter, search }: ImageQuery, score: ScoreName, few: boolean): Walk {
  const named = `score.name = '${score}'`;
  const joined =
    filter === FEW
      ? `suggestion CROSS JOIN score ON score.run = :run AND score.image_id = suggestion.image_id AND ${named} CROSS JOIN image ON image.id = score.image_id`
      : few
        ? `image CROSS JOIN score ON score.run = :run AND score.image_id = image.id AND ${named}`
        : 'score CROSS JOIN image ON image.id = score.image_id';
  return {
    from: search === '' && filter !== FEW ? 'score' : joined,
    where: all('score.run = :run', named, FILTERS[filter].score, search !== '' && SEARCHED),
    id: 'score.image_id',
    value: 'score.value',
    order: 'score',
  };
}

const all = (...conditions: (string | false)[]): string => conditions.filter((each) => each !== false).join(' AND ') || '1';
