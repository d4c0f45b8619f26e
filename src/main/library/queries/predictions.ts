import type { Database } from 'better-sqlite3';
import type { ReviewShares } from '@shared/domain';

export interface ShareColumns {
  readonly kept: number;
  readonly low_confidence: number;
  readonly doubted: number;
  readonly mean_similarity: number;
}

export function predictionQueries(db: Database) {
  const record = db.prepare<ShareColumns & { run: number; image: number; made: number; best: number }>(
    `INSERT INTO prediction (run, image_id, kept, low_confidence, doubted, mean_similarity, made, best, bucket, labelled, reviewed)
     SELECT @run, id, @kept, @low_confidence, @doubted, @mean_similarity, @made, @best, bucket, labelled_pixels > 0,
       EXISTS (SELECT 1 FROM reviewed WHERE run = @run AND image_id = @image)
     FROM image WHERE id = @image
     ON CONFLICT (run, image_id) DO UPDATE SET kept = excluded.kept, low_confidence = excluded.low_confidence,
       doubted = excluded.doubted, mean_similarity = excluded.mean_similarity, made = excluded.made,
       best = excluded.best`,
  );
  const made = db.prepare<[number, number], { made: number }>('SELECT made FROM prediction WHERE run = ? AND image_id = ?');
  const forget = db.prepare<[number]>('DELETE FROM prediction WHERE image_id = ?');
  const forgetOne = db.prepare<[number, number]>('DELETE FROM prediction WHERE run = ? AND image_id = ?');
  const forgetRun = db.prepare<[number]>('DELETE FROM prediction WHERE run = ?');
  const any = db.prepare<[number], unknown>('SELECT 1 FROM prediction WHERE image_id = ? LIMIT 1');
  const best = db.prepare<[number], { images: number }>('SELECT count(*) AS images FROM prediction WHERE run = ? AND best = 1');

  return {
    record: (run: number, image: number, shares: ReviewShares, best: boolean) =>
      record.run({
        run,
        image,
        kept: shares.kept,
        low_confidence: shares.lowConfidence,
        doubted: shares.doubted,
        mean_similarity: shares.meanSimilarity,
        made: Date.now(),
        best: Number(best),
      }),
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
