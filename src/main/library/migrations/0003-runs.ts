import type { Migration } from '.';

/** Runs with what their epochs measured, what they predicted of each image, and what the user decided about it. */
export const runs: Migration = {
  version: 3,
  up: (db) =>
    db.exec(`
      CREATE TABLE run (
        number            INTEGER PRIMARY KEY,
        id                TEXT NOT NULL UNIQUE,
        created_at        TEXT NOT NULL,
        status            TEXT NOT NULL CHECK (status IN ('running', 'stopped', 'finished', 'failed')),
        reason            TEXT,
        settings          TEXT NOT NULL,
        labelled_images   INTEGER NOT NULL,
        unlabelled_images INTEGER NOT NULL,
        seconds           REAL NOT NULL DEFAULT 0,
        predicted_images  INTEGER NOT NULL DEFAULT 0
      );
      CREATE TABLE epoch (
        run    INTEGER NOT NULL REFERENCES run (number),
        epoch  INTEGER NOT NULL,
        report TEXT NOT NULL,
        PRIMARY KEY (run, epoch)
      ) WITHOUT ROWID;

      CREATE TABLE prediction (
        run             INTEGER NOT NULL REFERENCES run (number),
        image_id        INTEGER NOT NULL REFERENCES image (id),
        kept            REAL NOT NULL,
        low_confidence  REAL NOT NULL,
        doubted         REAL NOT NULL,
        mean_similarity REAL NOT NULL,
        PRIMARY KEY (run, image_id)
      ) WITHOUT ROWID;
      CREATE INDEX prediction_by_image ON prediction (image_id);
      CREATE INDEX prediction_by_doubted ON prediction (run, doubted DESC);
      CREATE INDEX prediction_by_low_confidence ON prediction (run, low_confidence DESC);
      CREATE TRIGGER prediction_added AFTER INSERT ON prediction BEGIN
        UPDATE run SET predicted_images = predicted_images + 1 WHERE number = new.run;
      END;
      CREATE TRIGGER prediction_deleted AFTER DELETE ON prediction BEGIN
        UPDATE run SET predicted_images = predicted_images - 1 WHERE number = old.run;
      END;

      -- region: pairs (start, length). edit_seq: the label edit an acceptance made, revoke_seq: the one that took it back;
      -- null when there is none (any more).
      CREATE TABLE decision (
        id         INTEGER PRIMARY KEY,
        run        INTEGER NOT NULL REFERENCES run (number),
        image_id   INTEGER NOT NULL REFERENCES image (id),
        kind       TEXT NOT NULL CHECK (kind IN ('accept', 'reject')),
        class_id   INTEGER,
        region     BLOB NOT NULL,
        pixels     INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        undone     INTEGER NOT NULL DEFAULT 0,
        edit_seq   INTEGER,
        revoke_seq INTEGER
      );
      CREATE INDEX decision_by_image ON decision (image_id);
    `),
};
