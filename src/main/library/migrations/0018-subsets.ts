import type { Migration } from '.';

/** Which images are for training and which for judging, and how they were dealt out. */
export const subsets: Migration = {
  version: 18,
  up: (db) =>
    db.exec(`
      CREATE TABLE subset (
        image_id INTEGER PRIMARY KEY REFERENCES image (id) ON DELETE CASCADE,
        name     TEXT NOT NULL CHECK (name IN ('train', 'val', 'test'))
      ) STRICT;
      CREATE TABLE subset_plan (
        id      INTEGER PRIMARY KEY CHECK (id = 1),
        plan    TEXT NOT NULL,
        made_at TEXT NOT NULL
      ) STRICT;
    `),
};
