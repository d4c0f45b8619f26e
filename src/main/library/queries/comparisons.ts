import type { Database } from 'better-sqlite3';
import { changeScore } from '@shared/comparison';
import type { Read } from '../reader/reader';

/** Pixels labelled as one class and predicted as another, or the same. */
export interface CellRow {
  readonly label: number;
  readonly predicted: number;
  readonly pixels: number;
}

/** An image of which something is still to be measured: labels against a run, or against the other one; the change between both. */
export interface UnmeasuredRow {
  readonly id: number;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly labels: number;
  readonly otherLabels: number;
  readonly change: number;
}

export function comparisonQueries(db: Database) {
  const forgetCells = db.prepare<[number, number]>('DELETE FROM confusion WHERE run = ? AND image_id = ?');
  const addCell = db.prepare<[number, number, number, number, number]>(
    'INSERT INTO confusion (run, image_id, label, predicted, pixels) VALUES (?, ?, ?, ?, ?)',
  );
  const setMeasured = db.prepare<[number, number, number, number]>(
    'INSERT OR REPLACE INTO measured (run, image_id, revision, learnt) VALUES (?, ?, ?, ?)',
  );
  const forgetAll = ['measured', 'confusion'].map((table) => db.prepare(`DELETE FROM ${table}`));
  const forgetScores = db.prepare("DELETE FROM score WHERE name IN ('contradicted', 'suspect') OR name GLOB 'change-*'");

  return {
    /** What the labels of an image (at a revision) are predicted as by a run. To be called inside a transaction. */
    measured: (run: number, image: number, revision: number, learnt: boolean, cells: readonly CellRow[]) => {
      forgetCells.run(run, image);
      for (const { label, predicted, pixels } of cells) addCell.run(run, image, label, predicted, pixels);
      setMeasured.run(run, image, revision, Number(learnt));
    },
    /** Classes mean something else now: everything is to be measured again. */
    forgetAll: () => {
      for (const statement of forgetAll) statement.run();
      forgetScores.run();
    },
  };
}

/** Labels that were not measured as they are now; those that are gone are measured once more, as none. */
const STALE = (run: string): string => `EXISTS (SELECT 1 FROM prediction WHERE run = ${run} AND image_id = image.id)
  AND (labelled_pixels > 0 OR EXISTS (SELECT 1 FROM measured WHERE run = ${run} AND image_id = image.id))
  AND NOT EXISTS (SELECT 1 FROM measured JOIN label USING (image_id)
    WHERE measured.run = ${run} AND measured.image_id = image.id AND measured.revision = label.revision)`;

const UNMEASURED = `SELECT image.id, path, width, height, ${STALE(':run')} AS labels, ${STALE(':other')} AS otherLabels,
    :other IS NOT NULL AND EXISTS (SELECT 1 FROM prediction AS others WHERE others.run = :other AND others.image_id = image.id)
    AND NOT EXISTS (SELECT 1 FROM score WHERE run = :run AND image_id = image.id AND name = :change) AS change
  FROM prediction JOIN image ON image.id = prediction.image_id WHERE prediction.run = :run AND image.status = 'ok'`;
const ANY = 'labels OR otherLabels OR change';

/** A run by its number, and by its id as others name it. */
type Run = { readonly number: number; readonly id: string };

export function comparisonReading(read: Read) {
  const params = (run: Run, other: Run | null) => ({
    run: run.number,
    other: other?.number ?? null,
    change: other && changeScore(other.id),
  });
  return {
    /** How many images `unmeasured` gives. */
    unmeasuredCount: async (run: Run, other: Run | null) =>
      (await read<{ n: number }>(`SELECT count(*) AS n FROM (${UNMEASURED}) WHERE ${ANY}`, params(run, other)))[0]!.n,
    /** Images of a run's predictions of which something is not measured yet, by their ids: at most so many after one. */
    unmeasured: (run: Run, other: Run | null, after: number, limit: number) =>
      read<UnmeasuredRow>(`SELECT * FROM (${UNMEASURED} AND image.id > :after) WHERE ${ANY} ORDER BY id LIMIT :limit`, {
        ...params(run, other),
        after,
        limit,
      }),
    /**
     * Pixels by label and prediction of a run, summed over the images measured of both runs (or of the one).
     * @param unseen only images whose labels neither learnt from
     */
    cells: (run: Run, other: Run | null, unseen: boolean) =>
      read<CellRow>(
        `SELECT label, predicted, sum(pixels) AS pixels FROM confusion
         WHERE run = :run AND image_id IN (${MEASURED(unseen)}) GROUP BY label, predicted`,
        { run: run.number, other: other?.number ?? run.number },
      ),
    /** How many images `cells` sums over. */
    images: async (run: Run, other: Run | null, unseen: boolean) =>
      (
        await read<{ n: number }>(`SELECT count(*) AS n FROM (${MEASURED(unseen)})`, {
          run: run.number,
          other: other?.number ?? run.number,
        })
      )[0]!.n,
    /** Mean share of an image that two runs predict otherwise, over those that both predicted; null without any. */
    change: async (run: Run, other: Run) =>
      (
        await read<{ images: number; mean: number | null }>(
          'SELECT count(*) AS images, avg(value) AS mean FROM score WHERE run = :run AND name = :change',
          { run: run.number, change: changeScore(other.id) },
        )
      )[0]!,
  };
}

const MEASURED = (unseen: boolean): string =>
  `SELECT first.image_id FROM measured AS first JOIN measured AS second USING (image_id) JOIN image ON image.id = image_id
   WHERE first.run = :run AND second.run = :other AND labelled_pixels > 0${unseen ? ' AND first.learnt = 0 AND second.learnt = 0' : ''}`;
