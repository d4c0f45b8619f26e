import type { Migration } from '.';

/**
 * What comparing runs found out: of images with labels, how many pixels of a class labelled are predicted as which, and of two runs, how
 * much of an image they predict otherwise (a score `change-<id of the other run>` of each). It holds for a prediction and for a revision of
 * the labels: what is predicted anew is forgotten, what is labelled otherwise is measured again. Runs can carry a comment, and be removed;
 * the row of one that was stays, for decisions name it.
 */
export const comparisons: Migration = {
  version: 16,
  up: (db) =>
    db.exec(`
      ALTER TABLE run ADD COLUMN comment TEXT NOT NULL DEFAULT '';
      ALTER TABLE run ADD COLUMN removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1));

      -- learnt: the run learnt from labels of this image.
      CREATE TABLE measured (
        run      INTEGER NOT NULL,
        image_id INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        learnt   INTEGER NOT NULL CHECK (learnt IN (0, 1)),
        PRIMARY KEY (run, image_id)
      ) WITHOUT ROWID;
      CREATE TABLE confusion (
        run       INTEGER NOT NULL,
        image_id  INTEGER NOT NULL,
        label     INTEGER NOT NULL,
        predicted INTEGER NOT NULL,
        pixels    INTEGER NOT NULL CHECK (pixels > 0),
        PRIMARY KEY (run, image_id, label, predicted)
      ) WITHOUT ROWID;
      CREATE INDEX confusion_by_pixels ON confusion (run, label, predicted, pixels DESC, image_id);

      DROP TRIGGER prediction_deleted;
      CREATE TRIGGER prediction_deleted AFTER DELETE ON prediction BEGIN
        UPDATE run SET predicted_images = predicted_images - 1 WHERE number = old.run;
        DELETE FROM score WHERE run = old.run AND image_id = old.image_id;
        DELETE FROM score WHERE image_id = old.image_id AND name = 'change-' || (SELECT id FROM run WHERE number = old.run)
          AND run IN (SELECT run FROM prediction WHERE image_id = old.image_id);
        DELETE FROM measured WHERE run = old.run AND image_id = old.image_id;
        DELETE FROM confusion WHERE run = old.run AND image_id = old.image_id;
      END;
      CREATE TRIGGER prediction_renewed AFTER UPDATE OF made ON prediction BEGIN
        DELETE FROM score WHERE run = old.run AND image_id = old.image_id AND name GLOB 'change-*';
        DELETE FROM score WHERE image_id = old.image_id AND name = 'change-' || (SELECT id FROM run WHERE number = old.run)
          AND run IN (SELECT run FROM prediction WHERE image_id = old.image_id);
        DELETE FROM score WHERE run = old.run AND image_id = old.image_id AND name IN ('contradicted', 'suspect');
        DELETE FROM measured WHERE run = old.run AND image_id = old.image_id;
        DELETE FROM confusion WHERE run = old.run AND image_id = old.image_id;
      END;
    `),
};
