import type { Migration } from '.';

/** A file that was moved or renamed is found again by its content. */
export const imageByDigest: Migration = {
  version: 19,
  up: (db) => db.exec('CREATE INDEX image_by_digest ON image (digest) WHERE digest IS NOT NULL'),
};
