import type { Migration } from '.';

/** Which prediction a decision was made on can be told: those of a run are made anew when it has learnt more. */
export const predictionTimes: Migration = {
  version: 8,
  // Milliseconds since 1970; 0: made before they were told apart.
  up: (db) => db.exec('ALTER TABLE prediction ADD COLUMN made INTEGER NOT NULL DEFAULT 0'),
};
