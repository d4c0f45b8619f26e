import type { Database } from 'better-sqlite3';
import type { Read } from '../reader/reader';
import { classQueries } from './classes';
import { comparisonQueries, comparisonReading } from './comparisons';
import { decisionQueries } from './decisions';
import { imageListQueries } from './image-list';
import { seenImageQueries } from './image-record';
import { imageRowQueries } from './image-rows';
import { imageCountQueries, imageQueries } from './images';
import { labelCountQueries, labelQueries } from './labels';
import { predictionQueries } from './predictions';
import { previewScoreQueries } from './preview-scores';
import { projectQueries } from './project';
import { reviewedQueries } from './reviewed';
import { runQueries } from './runs';
import { subsetQueries, subsetReading } from './subsets';
import { suggestionQueries } from './suggestions';

/** Every question that is answered at once; SQL is written nowhere else but in the migrations. */
export function prepareQueries(db: Database) {
  return {
    project: projectQueries(db),
    images: imageQueries(db),
    seenImages: seenImageQueries(db),
    classes: classQueries(db),
    labels: labelQueries(db),
    runs: runQueries(db),
    predictions: predictionQueries(db),
    decisions: decisionQueries(db),
    comparisons: comparisonQueries(db),
    reviewed: reviewedQueries(db),
    subsets: subsetQueries(db),
    suggestions: suggestionQueries(db),
    previewScores: previewScoreQueries(db),
  };
}
export type Queries = ReturnType<typeof prepareQueries>;

/** Every question that may take long in a large project. */
export function prepareReading(read: Read) {
  return {
    lists: imageListQueries(read),
    rows: imageRowQueries(read),
    images: imageCountQueries(read),
    labels: labelCountQueries(read),
    comparisons: comparisonReading(read),
    subsets: subsetReading(read),
  };
}
export type Reading = ReturnType<typeof prepareReading>;
