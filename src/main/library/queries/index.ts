import type { Database } from 'better-sqlite3';
import { classQueries } from './classes';
import { decisionQueries } from './decisions';
import { imageListQueries } from './image-list';
import { imageQueries } from './images';
import { labelQueries } from './labels';
import { predictionQueries } from './predictions';
import { projectQueries } from './project';
import { runQueries } from './runs';

/** Every question asked of the database; SQL is written nowhere else but in the migrations. */
export function prepareQueries(db: Database) {
  return {
    project: projectQueries(db),
    images: imageQueries(db),
    lists: imageListQueries(db),
    classes: classQueries(db),
    labels: labelQueries(db),
    runs: runQueries(db),
    predictions: predictionQueries(db),
    decisions: decisionQueries(db),
  };
}
export type Queries = ReturnType<typeof prepareQueries>;
