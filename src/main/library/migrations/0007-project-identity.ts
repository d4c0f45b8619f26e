import type { Migration } from '.';

/** What makes a project the same one wherever its folder is: its copies and backups have the same. */
export const projectIdentity: Migration = {
  version: 7,
  up: (db) =>
    db.exec(`
      CREATE TABLE project (id TEXT NOT NULL);
      INSERT INTO project VALUES (lower(hex(randomblob(16))));
    `),
};
