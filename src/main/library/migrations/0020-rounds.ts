import type { Migration } from '.';

/** Runs that follow each other while somebody labels, by the number of the first of them; and how many pixels had labels when a run began. */
export const rounds: Migration = {
  version: 20,
  up: (db) =>
    db.exec(`
      ALTER TABLE run ADD COLUMN chain INTEGER REFERENCES run (number);
      ALTER TABLE run ADD COLUMN labelled_pixels INTEGER;
      CREATE INDEX run_by_chain ON run (chain) WHERE chain IS NOT NULL;
    `),
};
