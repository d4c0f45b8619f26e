import type { Database } from 'better-sqlite3';
import type { PreviewScores } from '@shared/protocol';
import { PREVIEW } from './image-walks';

/** What the last preview of all images said of them: scores of a run that there is not. */
export function previewScoreQueries(db: Database) {
  const clear = db.prepare(`DELETE FROM score WHERE run = ${PREVIEW}`);
  const keep = db.prepare<{ image: number; name: 'lowConfidence' | 'rare'; value: number }>(
    `INSERT INTO score (run, image_id, name, value, bucket, labelled, reviewed)
     SELECT ${PREVIEW}, id, @name, @value, bucket, labelled_pixels > 0, 0 FROM image WHERE id = @image
     ON CONFLICT (run, image_id, name) DO UPDATE SET value = excluded.value`,
  );
  return {
    clear: () => clear.run(),
    keep: ({ imageId, lowConfidence, rare }: PreviewScores) => {
      keep.run({ image: imageId, name: 'lowConfidence', value: lowConfidence });
      keep.run({ image: imageId, name: 'rare', value: rare });
    },
  };
}
