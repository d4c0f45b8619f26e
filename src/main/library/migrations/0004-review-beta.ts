import type { Migration } from '.';

/** The β that a run's predictions are reviewed at, and their shares told at; those predicted before were told at 1. */
export const reviewBeta: Migration = {
  version: 4,
  up: (db) =>
    db.exec(`
      ALTER TABLE run ADD COLUMN review_beta REAL;
      UPDATE run SET review_beta = 1 WHERE predicted_images > 0;
    `),
};
