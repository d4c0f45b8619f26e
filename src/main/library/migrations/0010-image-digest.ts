import type { Migration } from '.';

/** SHA-256 of the content that an image was indexed with: what a run has predicted of it stands as long as that is the same. */
export const imageDigest: Migration = {
  version: 10,
  up: (db) => db.exec('ALTER TABLE image ADD COLUMN digest BLOB'),
};
