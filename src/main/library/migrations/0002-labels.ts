import type { Migration } from '.';

/** The label history of each image: a journal of diffs, a cursor in it for undo and redo, and snapshots to start from. */
export const labels: Migration = {
  version: 2,
  up: (db) =>
    db.exec(`
      -- Edits 1…last exist; those up to cursor are in effect; those up to barrier can no longer be undone.
      CREATE TABLE label (
        image_id INTEGER PRIMARY KEY REFERENCES image (id),
        revision INTEGER NOT NULL,
        cursor   INTEGER NOT NULL,
        last     INTEGER NOT NULL,
        barrier  INTEGER NOT NULL
      );
      CREATE TABLE label_edit (
        image_id   INTEGER NOT NULL REFERENCES image (id),
        seq        INTEGER NOT NULL,
        tool       TEXT NOT NULL,
        source     TEXT NOT NULL CHECK (source IN ('human', 'accepted', 'imported')),
        diff       BLOB NOT NULL,
        created_at TEXT NOT NULL,
        UNIQUE (image_id, seq)
      );
      -- The class and the source of every pixel after edit seq (0: before the first).
      CREATE TABLE label_snapshot (
        image_id INTEGER NOT NULL REFERENCES image (id),
        seq      INTEGER NOT NULL,
        labels   BLOB NOT NULL,
        sources  BLOB NOT NULL,
        UNIQUE (image_id, seq)
      );
      -- A row for each class in an image's history; pixels: how many it has now, perhaps none.
      CREATE TABLE label_class (
        class_id INTEGER NOT NULL REFERENCES class (id),
        image_id INTEGER NOT NULL REFERENCES image (id),
        pixels   INTEGER NOT NULL CHECK (pixels >= 0),
        PRIMARY KEY (class_id, image_id)
      ) WITHOUT ROWID;
      CREATE INDEX label_class_by_image ON label_class (image_id);
    `),
};
