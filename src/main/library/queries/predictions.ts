import type { Database } from 'better-sqlite3';
import type { ReviewShares } from '@shared/domain';

/** What is told of an image by number, by the names of its scores. */
export type Scores = ReviewShares;

export function predictionQueries(db: Database) {
  const record = db.prepare<{ run: number; image: number; made: number; best: number }>(
    `INSERT INTO prediction (run, image_id, made, best) VALUES (@run, @image, @made, @best)
     ON CONFLICT (run, image_id) DO UPDATE SET made = excluded.made, best = excluded.best`,
  );
  const score = db.prepare<{ run: number; image: number; name: string; value: number }>(
    `INSERT INTO score (run, image_id, name, value, bucket, labelled, reviewed)
     SELECT @run, id, @name, @value, bucket, labelled_pixels > 0, EXISTS (SELECT 1 FROM reviewed WHERE run = @run AND image_id = @image)
     FROM image WHERE id = @image
     ON CONFLICT (run, image_id, name) DO UPDATE SET value = excluded.value`,
  );
  const made = db.prepare<[number, number], { made: number }>('SELECT made FROM prediction WHERE run = ? AND image_id = ?');
  const forget = db.prepare<[number]>('DELETE FROM prediction WHERE image_id = ?');
  const forgetOne = db.prepare<[number, number]>('DELETE FROM prediction WHERE run = ? AND image_id = ?');
  const forgetRun = db.prepare<[number]>('DELETE FROM prediction WHERE run = ?');
  const any = db.prepare<[number], unknown>('SELECT 1 FROM prediction WHERE image_id = ? LIMIT 1');
  const best = db.prepare<[number], { images: number }>('SELECT count(*) AS images FROM prediction WHERE run = ? AND best = 1');

  return {
    /** To be called inside a transaction, as a prediction and its scores are one thing. */
    record: (run: number, image: number, scores: Scores, best: boolean) => {
      record.run({ run, image, made: Date.now(), best: Number(best) });
      for (const [name, value] of Object.entries(scores)) score.run({ run, image, name, value });
    },
    /** Tells one more score of an image that a run has predicted. */
    score: (run: number, image: number, name: string, value: number) => score.run({ run, image, name, value }),
    /** When a run predicted an image, which tells its predictions of it apart; undefined when it has not. */
    made: (run: number, image: number) => made.get(run, image)?.made,
    /** Predictions of a file that has changed say nothing any more. */
    forgetImage: (image: number) => forget.run(image),
    forget: (run: number, image: number) => forgetOne.run(run, image),
    /** Predictions of a teacher that has learnt more since are of the past. */
    forgetRun: (run: number) => forgetRun.run(run),
    /** Whether any run has predicted an image. */
    has: (image: number) => any.get(image) !== undefined,
    /** How many images a run has predicted with Best masks. */
    best: (run: number) => best.get(run)!.images,
  };
}
export type PredictionQueries = ReturnType<typeof predictionQueries>;
