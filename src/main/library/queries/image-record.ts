import type { Database } from 'better-sqlite3';
import type { ImageRecord, ReviewShares } from '@shared/domain';
import { versionOf, type ImageRow } from './images';
import type { ShareColumns } from './predictions';

/** An image as a run sees it; its shares are null where the run has not predicted it. Without a run it is not reviewed either. */
export type SeenImage = ImageRow & { [K in keyof ShareColumns]: ShareColumns[K] | null } & { readonly reviewed: number };

/** Columns of a `SeenImage`, of `image` joined by `SEEN_BY`; both need `:run`, a run's number or null. */
export const SEEN = `image.*, kept, low_confidence, doubted, mean_similarity,
  EXISTS (SELECT 1 FROM reviewed WHERE run = :run AND image_id = image.id) AS reviewed`;
export const SEEN_BY = 'LEFT JOIN prediction ON prediction.run = :run AND prediction.image_id = image.id';

/** Images one by one, as a run (by its number) sees them. */
export function seenImageQueries(db: Database) {
  const get = db.prepare<{ id: number; run: number | null }, SeenImage>(`SELECT ${SEEN} FROM image ${SEEN_BY} WHERE image.id = :id`);
  return { get: (id: number, run: number | null) => get.get({ id, run }) };
}

export function imageRecord(row: SeenImage): ImageRecord {
  return {
    id: row.id,
    path: row.path,
    width: row.width,
    height: row.height,
    status: row.status,
    problem: row.problem,
    state: row.state,
    labelledPixels: row.labelled_pixels,
    reviewed: row.reviewed === 1,
    notes: row.notes,
    version: versionOf(row),
    review: sharesOf(row),
  };
}

function sharesOf(row: SeenImage): ReviewShares | null {
  if (row.kept === null || row.low_confidence === null || row.doubted === null || row.mean_similarity === null) return null;
  return { kept: row.kept, lowConfidence: row.low_confidence, doubted: row.doubted, meanSimilarity: row.mean_similarity };
}
