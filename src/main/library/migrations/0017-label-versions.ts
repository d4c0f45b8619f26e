import type { Migration } from '.';

/** Where imported labels are from, and which earlier edit a restored version is: the sources of its pixels are those of then. */
export const labelVersions: Migration = {
  version: 17,
  up: (db) =>
    db.exec(`
      ALTER TABLE label_edit ADD COLUMN origin TEXT;
      ALTER TABLE label_edit ADD COLUMN restored INTEGER;
    `),
};
