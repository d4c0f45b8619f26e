import type { Database } from 'better-sqlite3';
import type { RunRecord, RunStatus } from '@shared/domain';
import type { LeftOut } from '@shared/run-news';

export interface RunRow {
  readonly number: number;
  readonly id: string;
  readonly created_at: string;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly settings: string;
  readonly labelled_images: number;
  readonly unlabelled_images: number;
  readonly seconds: number;
  readonly predicted_images: number;
  readonly reviewed_images: number;
  readonly review_beta: number | null;
  readonly prediction_problem: string | null;
  readonly comment: string;
  readonly chain: number | null;
  readonly labelled_pixels: number | null;
}

export interface NewRun {
  readonly number: number;
  readonly id: string;
  readonly now: string;
  readonly settings: string;
  /** Images. */
  readonly labelled: number;
  readonly unlabelled: number;
  readonly chain: number | null;
}

/** Rows deleted at a time: others are answered in between. */
const SLICE = 500;

export function runQueries(db: Database) {
  const list = db.prepare<[], RunRow>('SELECT * FROM run WHERE removed = 0 ORDER BY number');
  const byId = db.prepare<[string], RunRow>('SELECT * FROM run WHERE id = ? AND removed = 0');
  const next = db.prepare<[], { number: number }>('SELECT coalesce(max(number), 0) + 1 AS number FROM run');
  const predicted = db.prepare<[], RunRow>('SELECT * FROM run WHERE predicted_images > 0 AND removed = 0 ORDER BY number DESC LIMIT 1');
  const add = db.prepare<NewRun>(
    `INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images, labelled_pixels, chain)
     SELECT @number, @id, @now, 'running', @settings, @labelled, @unlabelled,
       (SELECT coalesce(sum(labelled_pixels), 0) FROM image WHERE status = 'ok' AND labelled_pixels > 0), @chain`,
  );
  const chain = db.prepare<[number], RunRow>("SELECT * FROM run WHERE chain = ? AND status <> 'running' AND removed = 0 ORDER BY number");
  const remove = db.prepare<[string]>('DELETE FROM run WHERE id = ?');
  const setComment = db.prepare<[string, string]>('UPDATE run SET comment = ? WHERE id = ?');
  const markRemoved = db.prepare<[number]>('UPDATE run SET removed = 1 WHERE number = ?');
  const removed = db.prepare<[], { number: number; id: string }>('SELECT number, id FROM run WHERE removed = 1 ORDER BY number');
  const clear = ['epoch', 'run_note', 'left_out'].map((table) => db.prepare<[number]>(`DELETE FROM ${table} WHERE run = ?`));
  const clearSome = ['prediction', 'reviewed'].map((table) =>
    db.prepare<[number, number]>(
      `DELETE FROM ${table} WHERE run = ? AND image_id IN (SELECT image_id FROM ${table} WHERE run = ? LIMIT ${SLICE})`,
    ),
  );
  const finish = db.prepare<[RunStatus, string | null, number, string]>('UPDATE run SET status = ?, reason = ?, seconds = ? WHERE id = ?');
  const review = db.prepare<[number, number]>('UPDATE run SET review_beta = ? WHERE number = ?');
  const resume = db.prepare<[string]>("UPDATE run SET status = 'running', reason = NULL WHERE id = ?");
  const interrupt = db.prepare<[string]>("UPDATE run SET status = 'interrupted', reason = ? WHERE status = 'running'");
  const predictionEnded = db.prepare<[string | null, string]>('UPDATE run SET prediction_problem = ? WHERE id = ?');
  const note = db.prepare<{ run: number; sentence: string }>(
    `INSERT OR IGNORE INTO run_note (run, position, sentence)
     SELECT @run, coalesce(max(position), 0) + 1, @sentence FROM run_note WHERE run = @run`,
  );
  const notes = db.prepare<[number], { sentence: string }>('SELECT sentence FROM run_note WHERE run = ? ORDER BY position');
  const leaveOut = db.prepare<[number, string, number, string]>(
    'INSERT OR REPLACE INTO left_out (run, stage, image_id, reason) VALUES (?, ?, ?, ?)',
  );
  const takeIn = db.prepare<[number, number]>("DELETE FROM left_out WHERE run = ? AND stage = 'prediction' AND image_id = ?");
  const leftOut = db.prepare<[number], { stage: LeftOut['stage']; images: number }>(
    'SELECT stage, count(*) AS images FROM left_out WHERE run = ? GROUP BY stage',
  );
  const epochs = db.prepare<[number], { report: string }>('SELECT report FROM epoch WHERE run = ? ORDER BY epoch');
  const record = db.prepare<[number, number, string]>('INSERT OR REPLACE INTO epoch (run, epoch, report) VALUES (?, ?, ?)');

  return {
    list: () => list.all(),
    get: (id: string) => byId.get(id),
    nextNumber: () => next.get()?.number ?? 1,
    /** The newest run with predictions. */
    newestPredicted: () => predicted.get(),
    add: (run: NewRun) => add.run(run),
    /** The rounds of a chain that have ended. */
    chain: (first: number) => chain.all(first),
    /** Takes a run back that was only just added. */
    remove: (id: string) => remove.run(id),
    setComment: (id: string, comment: string) => setComment.run(comment, id),
    /** From now on there is no such run; what is known of it goes by `clearRemoved`. */
    markRemoved: (number: number) => markRemoved.run(number),
    /** Runs that were removed. */
    removed: () => removed.all(),
    /** Deletes a part of what is known of a removed run. @returns whether something may be left */
    clearRemoved: (number: number): boolean => {
      for (const statement of clear) statement.run(number);
      return clearSome.some((statement) => statement.run(number, number).changes > 0);
    },
    finish: (id: string, status: RunStatus, reason: string | null, seconds: number) => finish.run(status, reason, seconds, id),
    setPredictionProblem: (id: string, problem: string | null) => predictionEnded.run(problem, id),
    /** Sentences about a run, each once, in the order in which they were told. */
    note: (number: number, sentence: string) => note.run({ run: number, sentence }),
    notes: (number: number) => notes.all(number).map((row) => row.sentence),
    leaveOut: (number: number, { stage, imageId, reason }: LeftOut) => leaveOut.run(number, stage, imageId, reason),
    /** An image that the prediction went on without has been predicted after all. */
    takeIn: (number: number, imageId: number) => takeIn.run(number, imageId),
    leftOut: (number: number): RunRecord['leftOut'] =>
      leftOut.all(number).reduce((counts, { stage, images }) => ({ ...counts, [stage]: images }), { training: 0, prediction: 0 }),
    setReviewBeta: (number: number, beta: number) => review.run(beta, number),
    resume: (id: string) => resume.run(id),
    /** Runs still marked as running were cut short: nothing else can be running when a project opens. */
    markInterrupted: (reason: string) => interrupt.run(reason),
    epochs: (number: number) => epochs.all(number).map((row) => row.report),
    /** A continued run measures its last epoch again: the newer report counts. */
    record: (number: number, epoch: number, report: string) => record.run(number, epoch, report),
  };
}
export type RunQueries = ReturnType<typeof runQueries>;
