import type { Migration } from '.';

/** Whether an image was predicted with Best masks; those predicted before were not. */
export const bestMasks: Migration = {
  version: 13,
  up: (db) =>
    db.exec(`
      ALTER TABLE prediction ADD COLUMN best INTEGER NOT NULL DEFAULT 0 CHECK (best IN (0, 1));
      CREATE INDEX prediction_best ON prediction (run) WHERE best = 1;
    `),
};
