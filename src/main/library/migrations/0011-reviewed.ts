import type { Migration } from '.';

/**
 * What is reviewed is what a run said of an image, so that the mark belongs to both. Marks from before go to the run that was under review
 * as far as is known: that of the image's last decision, else the newest that has predicted it, else the newest that has predicted at all.
 */
export const reviewed: Migration = {
  version: 11,
  up: (db) =>
    db.exec(`
      CREATE TABLE reviewed (
        run      INTEGER NOT NULL REFERENCES run (number),
        image_id INTEGER NOT NULL REFERENCES image (id),
        PRIMARY KEY (run, image_id)
      ) WITHOUT ROWID;
      CREATE INDEX reviewed_by_image ON reviewed (image_id);
      INSERT INTO reviewed
        SELECT run, id FROM (
          SELECT id, coalesce(
            (SELECT run FROM decision WHERE image_id = image.id ORDER BY decision.id DESC LIMIT 1),
            (SELECT max(run) FROM prediction WHERE image_id = image.id),
            (SELECT max(number) FROM run WHERE predicted_images > 0)
          ) AS run
          FROM image WHERE reviewed = 1
        ) WHERE run IS NOT NULL;

      DROP TRIGGER image_added;
      DROP TRIGGER image_moved;
      DROP TRIGGER image_deleted;
      DROP INDEX image_reviewed_by_name;
      DROP INDEX image_reviewed_by_touched;
      ALTER TABLE image DROP COLUMN reviewed;

      DROP TABLE image_count;
      CREATE TABLE image_count (
        bucket TEXT PRIMARY KEY,
        images INTEGER NOT NULL
      ) WITHOUT ROWID;
      INSERT INTO image_count SELECT bucket, count(*) FROM image GROUP BY bucket;
      CREATE TRIGGER image_added AFTER INSERT ON image BEGIN
        INSERT INTO image_count VALUES (new.bucket, 1) ON CONFLICT DO UPDATE SET images = images + 1;
      END;
      CREATE TRIGGER image_moved AFTER UPDATE OF status, state ON image WHEN old.bucket <> new.bucket BEGIN
        UPDATE image_count SET images = images - 1 WHERE bucket = old.bucket;
        INSERT INTO image_count VALUES (new.bucket, 1) ON CONFLICT DO UPDATE SET images = images + 1;
      END;
      CREATE TRIGGER image_deleted AFTER DELETE ON image BEGIN
        UPDATE image_count SET images = images - 1 WHERE bucket = old.bucket;
      END;

      ALTER TABLE run ADD COLUMN reviewed_images INTEGER NOT NULL DEFAULT 0;
      UPDATE run SET reviewed_images = (SELECT count(*) FROM reviewed WHERE run = run.number);
      CREATE TRIGGER reviewed_added AFTER INSERT ON reviewed BEGIN
        UPDATE run SET reviewed_images = reviewed_images + 1 WHERE number = new.run;
      END;
      CREATE TRIGGER reviewed_deleted AFTER DELETE ON reviewed BEGIN
        UPDATE run SET reviewed_images = reviewed_images - 1 WHERE number = old.run;
      END;
    `),
};
