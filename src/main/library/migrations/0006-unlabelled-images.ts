import type { Migration } from '.';

/** Images without labels are listed whatever they are marked, as they are counted. */
export const unlabelledImages: Migration = {
  version: 6,
  up: (db) =>
    db.exec(`
      CREATE INDEX image_unlabelled_by_name ON image (sort_name, id) WHERE status = 'ok' AND labelled_pixels = 0;
      CREATE INDEX image_unlabelled_by_touched ON image (touched, id) WHERE status = 'ok' AND labelled_pixels = 0;
    `),
};
