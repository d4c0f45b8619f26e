import type { Migration } from '.';

/**
 * Runs are paused and interrupted as well; what happened meanwhile, which images they went on without, and how their prediction ended are
 * kept apart from how the training did.
 */
export const runEndings: Migration = {
  version: 9,
  up: (db) =>
    db.exec(`
      ALTER TABLE run ADD COLUMN ending TEXT NOT NULL DEFAULT 'running'
        CHECK (ending IN ('running', 'paused', 'stopped', 'finished', 'failed', 'interrupted'));
      UPDATE run SET ending = CASE WHEN status = 'failed' AND reason LIKE '%(Espalier was closed)%' THEN 'interrupted' ELSE status END;
      ALTER TABLE run DROP COLUMN status;
      ALTER TABLE run RENAME COLUMN ending TO status;
      ALTER TABLE run ADD COLUMN prediction_problem TEXT;

      CREATE TABLE run_note (
        run      INTEGER NOT NULL REFERENCES run (number),
        position INTEGER NOT NULL,
        sentence TEXT NOT NULL,
        PRIMARY KEY (run, position),
        UNIQUE (run, sentence)
      ) WITHOUT ROWID;
      CREATE TABLE left_out (
        run      INTEGER NOT NULL REFERENCES run (number),
        stage    TEXT NOT NULL CHECK (stage IN ('training', 'prediction')),
        image_id INTEGER NOT NULL REFERENCES image (id),
        reason   TEXT NOT NULL,
        PRIMARY KEY (run, stage, image_id)
      ) WITHOUT ROWID;
      CREATE INDEX left_out_by_image ON left_out (image_id);
    `),
};
