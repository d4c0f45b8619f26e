import type { Migration } from '.';

/** Images that were suggested last, in the order to label them in. */
export const suggestions: Migration = {
  version: 15,
  up: (db) =>
    db.exec(`
      CREATE TABLE suggestion (
        image_id INTEGER PRIMARY KEY REFERENCES image (id) ON DELETE CASCADE,
        position INTEGER NOT NULL
      ) STRICT;
    `),
};
