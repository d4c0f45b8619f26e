import type { Migration } from '.';

/**
 * Scores of images by runs are rows and not columns: a new one needs no new table, index or trigger. What a filter asks of an image stands
 * beside each score, kept by triggers as the image is, so that every ranked list is one walk along the index of values. How many images
 * have a score of a run is counted as they come and go.
 */
export const scores: Migration = {
  version: 14,
  up: (db) =>
    db.exec(`
      CREATE TABLE score (
        run      INTEGER NOT NULL,
        image_id INTEGER NOT NULL,
        name     TEXT NOT NULL,
        value    REAL NOT NULL,
        bucket   TEXT NOT NULL,
        labelled INTEGER NOT NULL,
        reviewed INTEGER NOT NULL,
        PRIMARY KEY (run, image_id, name)
      ) WITHOUT ROWID;
      INSERT INTO score
        SELECT run, image_id, column1, CASE column1 WHEN 'kept' THEN kept WHEN 'lowConfidence' THEN low_confidence
          WHEN 'doubted' THEN doubted ELSE mean_similarity END, bucket, labelled, reviewed
        FROM prediction, (VALUES ('doubted'), ('kept'), ('lowConfidence'), ('meanSimilarity'));
      CREATE INDEX score_by_value ON score (run, name, value DESC, image_id, bucket, labelled, reviewed);

      CREATE TABLE score_count (
        run    INTEGER NOT NULL,
        name   TEXT NOT NULL,
        images INTEGER NOT NULL,
        PRIMARY KEY (run, name)
      ) WITHOUT ROWID;
      INSERT INTO score_count SELECT run, name, count(*) FROM score GROUP BY run, name;
      CREATE TRIGGER score_added AFTER INSERT ON score BEGIN
        INSERT INTO score_count VALUES (new.run, new.name, 1) ON CONFLICT DO UPDATE SET images = images + 1;
      END;
      CREATE TRIGGER score_deleted AFTER DELETE ON score BEGIN
        UPDATE score_count SET images = images - 1 WHERE run = old.run AND name = old.name;
      END;

      DROP TRIGGER image_placed;
      DROP TRIGGER reviewed_placed;
      DROP TRIGGER reviewed_displaced;
      DROP TRIGGER prediction_added;
      DROP TRIGGER prediction_deleted;
      ALTER TABLE prediction RENAME TO columns;
      CREATE TABLE prediction (
        run      INTEGER NOT NULL REFERENCES run (number),
        image_id INTEGER NOT NULL REFERENCES image (id),
        made     INTEGER NOT NULL,
        best     INTEGER NOT NULL DEFAULT 0 CHECK (best IN (0, 1)),
        PRIMARY KEY (run, image_id)
      ) WITHOUT ROWID;
      INSERT INTO prediction SELECT run, image_id, made, best FROM columns;
      DROP TABLE columns;
      CREATE INDEX prediction_by_image ON prediction (image_id);
      CREATE INDEX prediction_best ON prediction (run) WHERE best = 1;
      CREATE TRIGGER prediction_added AFTER INSERT ON prediction BEGIN
        UPDATE run SET predicted_images = predicted_images + 1 WHERE number = new.run;
      END;
      -- Scores are of a prediction: there are none without it.
      CREATE TRIGGER prediction_deleted AFTER DELETE ON prediction BEGIN
        UPDATE run SET predicted_images = predicted_images - 1 WHERE number = old.run;
        DELETE FROM score WHERE run = old.run AND image_id = old.image_id;
      END;
      CREATE TRIGGER image_placed AFTER UPDATE OF status, state, labelled_pixels ON image
      WHEN old.bucket <> new.bucket OR (old.labelled_pixels > 0) <> (new.labelled_pixels > 0) BEGIN
        UPDATE score SET bucket = new.bucket, labelled = new.labelled_pixels > 0
          WHERE run IN (SELECT run FROM prediction WHERE image_id = new.id) AND image_id = new.id;
      END;
      CREATE TRIGGER reviewed_placed AFTER INSERT ON reviewed BEGIN
        UPDATE score SET reviewed = 1 WHERE run = new.run AND image_id = new.image_id;
      END;
      CREATE TRIGGER reviewed_displaced AFTER DELETE ON reviewed BEGIN
        UPDATE score SET reviewed = 0 WHERE run = old.run AND image_id = old.image_id;
      END;
    `),
};
