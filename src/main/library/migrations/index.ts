import type { Database } from 'better-sqlite3';
import { images } from './0001-images';
import { labels } from './0002-labels';
import { runs } from './0003-runs';
import { reviewBeta } from './0004-review-beta';
import { labelledImages } from './0005-labelled-images';
import { unlabelledImages } from './0006-unlabelled-images';
import { projectIdentity } from './0007-project-identity';
import { predictionTimes } from './0008-prediction-times';
import { runEndings } from './0009-run-endings';
import { imageDigest } from './0010-image-digest';
import { reviewed } from './0011-reviewed';
import { listWalks } from './0012-list-walks';
import { bestMasks } from './0013-best-masks';
import { scores } from './0014-scores';
import { suggestions } from './0015-suggestions';
import { comparisons } from './0016-comparisons';
import { labelVersions } from './0017-label-versions';
import { subsets } from './0018-subsets';
import { imageByDigest } from './0019-image-by-digest';
import { rounds } from './0020-rounds';
import { previewScores } from './0021-preview-scores';

/** One step of the schema. Once released it is never edited; a change is a new migration. */
export interface Migration {
  readonly version: number;
  /** Runs inside the transaction that sets the version. */
  readonly up: (db: Database) => void;
}

export const migrations: readonly Migration[] = [
  images,
  labels,
  runs,
  reviewBeta,
  labelledImages,
  unlabelledImages,
  projectIdentity,
  predictionTimes,
  runEndings,
  imageDigest,
  reviewed,
  listWalks,
  bestMasks,
  scores,
  suggestions,
  comparisons,
  labelVersions,
  subsets,
  imageByDigest,
  rounds,
  previewScores,
];

export const SCHEMA_VERSION = migrations.at(-1)!.version;
