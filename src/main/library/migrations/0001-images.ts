import type { Migration } from '.';

/** Classes and images. Counts are kept by triggers, so that no click ever counts the folder. */
export const images: Migration = {
  version: 1,
  up: (db) =>
    db.exec(`
      -- A class merged or removed keeps its row (active = 0), so that older predictions can still be read:
      -- merged_into says what became of it. since_run: the newest run when the class was made.
      CREATE TABLE class (
        id          INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 253),
        name        TEXT NOT NULL,
        color       TEXT NOT NULL,
        position    INTEGER NOT NULL,
        active      INTEGER NOT NULL DEFAULT 1,
        merged_into INTEGER REFERENCES class (id),
        since_run   INTEGER NOT NULL DEFAULT 0
      );
      CREATE UNIQUE INDEX class_by_name ON class (name COLLATE NOCASE) WHERE active = 1;

      CREATE TABLE image (
        id              INTEGER PRIMARY KEY,
        path            TEXT NOT NULL UNIQUE,
        stem            TEXT NOT NULL,              -- path without extension
        name            TEXT NOT NULL,              -- stem without folder
        sort_name       TEXT NOT NULL,              -- path in natural order
        size            INTEGER NOT NULL,           -- bytes
        modified        INTEGER NOT NULL,           -- microseconds since 1970
        width           INTEGER NOT NULL,
        height          INTEGER NOT NULL,
        status          TEXT NOT NULL CHECK (status IN ('ok', 'missing', 'unreadable')),
        problem         TEXT,
        state           TEXT NOT NULL DEFAULT 'unlabelled' CHECK (state IN ('unlabelled', 'started', 'done')),
        labelled_pixels INTEGER NOT NULL DEFAULT 0,
        reviewed        INTEGER NOT NULL DEFAULT 0,
        notes           TEXT NOT NULL DEFAULT '',
        touched         INTEGER NOT NULL DEFAULT 0, -- milliseconds since 1970 of the user's last change
        bucket          TEXT GENERATED ALWAYS AS (CASE WHEN status = 'ok' THEN state ELSE 'problem' END) VIRTUAL
      );
      CREATE INDEX image_by_stem ON image (stem);
      CREATE INDEX image_by_base ON image (name);
      CREATE INDEX image_by_name ON image (sort_name);
      CREATE INDEX image_by_touched ON image (touched);
      CREATE INDEX image_by_bucket_name ON image (bucket, sort_name);
      CREATE INDEX image_by_bucket_touched ON image (bucket, touched);
      CREATE INDEX image_reviewed_by_name ON image (sort_name) WHERE reviewed = 1;
      CREATE INDEX image_reviewed_by_touched ON image (touched) WHERE reviewed = 1;

      CREATE TABLE image_count (
        bucket   TEXT NOT NULL,
        reviewed INTEGER NOT NULL,
        images   INTEGER NOT NULL,
        PRIMARY KEY (bucket, reviewed)
      ) WITHOUT ROWID;
      CREATE TRIGGER image_added AFTER INSERT ON image BEGIN
        INSERT INTO image_count VALUES (new.bucket, new.reviewed, 1) ON CONFLICT DO UPDATE SET images = images + 1;
      END;
      CREATE TRIGGER image_moved AFTER UPDATE OF status, state, reviewed ON image
      WHEN old.bucket <> new.bucket OR old.reviewed <> new.reviewed BEGIN
        UPDATE image_count SET images = images - 1 WHERE bucket = old.bucket AND reviewed = old.reviewed;
        INSERT INTO image_count VALUES (new.bucket, new.reviewed, 1) ON CONFLICT DO UPDATE SET images = images + 1;
      END;
      CREATE TRIGGER image_deleted AFTER DELETE ON image BEGIN
        UPDATE image_count SET images = images - 1 WHERE bucket = old.bucket AND reviewed = old.reviewed;
      END;
    `),
};
