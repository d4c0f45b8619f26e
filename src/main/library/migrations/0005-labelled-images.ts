import type { Migration } from '.';

/** Images with labels are counted and listed by their own number, not by that of the folder: what is marked done may have none. */
export const labelledImages: Migration = {
  version: 5,
  up: (db) => db.exec(`CREATE INDEX image_labelled_by_name ON image (sort_name, id) WHERE status = 'ok' AND labelled_pixels > 0`),
};
