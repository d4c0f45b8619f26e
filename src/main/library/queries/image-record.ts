import type { Database } from 'better-sqlite3';
import { ImageRecord } from '@shared/domain';
import { versionOf, type ImageRow } from './images';

/** An image as a run sees it: `scores` is JSON of them by name, empty where the run has not predicted it. Without a run it is not reviewed either. */
export type SeenImage = ImageRow & { readonly scores: string; readonly reviewed: number };

/** Columns of a `SeenImage`, of `image`; they need `:run`, a run's number or null. */
export const SEEN = `image.*,
  (SELECT json_group_object(name, value) FROM score WHERE run = :run AND image_id = image.id) AS scores,
  EXISTS (SELECT 1 FROM reviewed WHERE run = :run AND image_id = image.id) AS reviewed`;

/** Images one by one, as a run (by its number) sees them. */
export function seenImageQueries(db: Database) {
  const get = db.prepare<{ id: number; run: number | null }, SeenImage>(`SELECT ${SEEN} FROM image WHERE image.id = :id`);
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
    scores: ImageRecord.shape.scores.parse(JSON.parse(row.scores)),
  };
}
