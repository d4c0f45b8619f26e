import type { Migration } from '.';

/**
 * Every list is a walk along one index, under every filter: what a filter asks of an image stands beside the scores of its predictions, and
 * what an order asks beside its marks. Triggers keep both as the image is.
 */
export const listWalks: Migration = {
  version: 12,
  up: (db) =>
    db.exec(`
      ALTER TABLE prediction ADD COLUMN bucket TEXT NOT NULL DEFAULT '';
      ALTER TABLE prediction ADD COLUMN labelled INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE prediction ADD COLUMN reviewed INTEGER NOT NULL DEFAULT 0;
      DROP INDEX prediction_by_doubted;
      DROP INDEX prediction_by_low_confidence;
      UPDATE prediction SET
        (bucket, labelled) = (SELECT bucket, labelled_pixels > 0 FROM image WHERE id = image_id),
        reviewed = EXISTS (SELECT 1 FROM reviewed WHERE reviewed.run = prediction.run AND reviewed.image_id = prediction.image_id);
      CREATE INDEX prediction_by_doubted ON prediction (run, doubted DESC, image_id, bucket, labelled, reviewed);
      CREATE INDEX prediction_by_low_confidence ON prediction (run, low_confidence DESC, image_id, bucket, labelled, reviewed);
      CREATE TRIGGER image_placed AFTER UPDATE OF status, state, labelled_pixels ON image
      WHEN old.bucket <> new.bucket OR (old.labelled_pixels > 0) <> (new.labelled_pixels > 0) BEGIN
        UPDATE prediction SET bucket = new.bucket, labelled = new.labelled_pixels > 0 WHERE image_id = new.id;
      END;

      DROP INDEX image_by_bucket_name;
      DROP INDEX image_by_bucket_touched;
      CREATE INDEX image_started_by_name ON image (sort_name, id) WHERE status = 'ok' AND state = 'started';
      CREATE INDEX image_started_by_touched ON image (touched, id) WHERE status = 'ok' AND state = 'started';
      CREATE INDEX image_done_by_name ON image (sort_name, id) WHERE status = 'ok' AND state = 'done';
      CREATE INDEX image_done_by_touched ON image (touched, id) WHERE status = 'ok' AND state = 'done';
      CREATE INDEX image_problem_by_name ON image (sort_name, id, status) WHERE status <> 'ok';
      CREATE INDEX image_problem_by_touched ON image (touched, id, status) WHERE status <> 'ok';

      ALTER TABLE reviewed ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
      ALTER TABLE reviewed ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;
      UPDATE reviewed SET (sort_name, touched) = (SELECT sort_name, touched FROM image WHERE id = image_id);
      CREATE INDEX reviewed_by_name ON reviewed (run, sort_name, image_id);
      CREATE INDEX reviewed_by_touched ON reviewed (run, touched, image_id);
      CREATE TRIGGER image_touched AFTER UPDATE OF touched ON image WHEN old.touched <> new.touched BEGIN
        UPDATE reviewed SET touched = new.touched WHERE image_id = new.id;
      END;
      CREATE TRIGGER reviewed_placed AFTER INSERT ON reviewed BEGIN
        UPDATE prediction SET reviewed = 1 WHERE run = new.run AND image_id = new.image_id;
      END;
      CREATE TRIGGER reviewed_displaced AFTER DELETE ON reviewed BEGIN
        UPDATE prediction SET reviewed = 0 WHERE run = old.run AND image_id = old.image_id;
      END;
    `),
};
