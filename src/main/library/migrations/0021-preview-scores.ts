import type { Migration } from '.';

/** What a preview of all images says of them stands among the scores as that of run 0, which predicts nothing. */
export const previewScores: Migration = {
  version: 21,
  up: (db) =>
    db.exec(`
      DROP TRIGGER image_placed;
      CREATE TRIGGER image_placed AFTER UPDATE OF status, state, labelled_pixels ON image
      WHEN old.bucket <> new.bucket OR (old.labelled_pixels > 0) <> (new.labelled_pixels > 0) BEGIN
        UPDATE score SET bucket = new.bucket, labelled = new.labelled_pixels > 0
          WHERE run IN (SELECT run FROM prediction WHERE image_id = new.id UNION ALL SELECT 0) AND image_id = new.id;
      END;
    `),
};
