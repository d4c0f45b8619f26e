import type { Database } from 'better-sqlite3';
import type { Subset } from '@shared/subsets';
import type { Read } from '../reader/reader';

/** train, val and test of a project. */
export function subsetQueries(db: Database) {
  const clear = db.prepare('DELETE FROM subset');
  const clearPlan = db.prepare('DELETE FROM subset_plan');
  const add = db.prepare<[number, Subset]>('INSERT INTO subset (image_id, name) VALUES (?, ?)');
  const addPlan = db.prepare<[string, string]>('INSERT INTO subset_plan (id, plan, made_at) VALUES (1, ?, ?)');
  const plan = db.prepare<[], { plan: string; made_at: string }>('SELECT plan, made_at FROM subset_plan');
  const of = db.prepare<[number], { name: Subset }>('SELECT name FROM subset WHERE image_id = ?');
  return {
    clear: () => {
      clear.run();
      clearPlan.run();
    },
    add: (image: number, subset: Subset) => add.run(image, subset),
    addPlan: (text: string, madeAt: string) => addPlan.run(text, madeAt),
    plan: () => plan.get(),
    /** Null: the image is in none. */
    of: (image: number): Subset | null => of.get(image)?.name ?? null,
  };
}

export function subsetReading(read: Read) {
  return {
    /** Readable images, and the classes that each has labels of, as their ids with commas between. */
    dealt: () =>
      read<{ id: number; path: string; classes: string | null }>(
        `SELECT id, path, (SELECT group_concat(class_id) FROM label_class WHERE image_id = image.id AND pixels > 0) AS classes
         FROM image WHERE status = 'ok' ORDER BY id`,
      ),
    /** Images that runs do not learn from. */
    apart: () => read<{ id: number }>("SELECT image_id AS id FROM subset WHERE name <> 'train'"),
    labelled: (subset: Subset) =>
      read<{ id: number }>(
        `SELECT image_id AS id FROM subset JOIN image ON image.id = image_id
         WHERE subset.name = :subset AND status = 'ok' AND labelled_pixels > 0 ORDER BY image_id`,
        { subset },
      ),
    counts: () =>
      read<{ name: Subset | null; images: number; labelled: number }>(
        `SELECT subset.name, count(*) AS images, sum(labelled_pixels > 0) AS labelled
         FROM image LEFT JOIN subset ON image_id = image.id WHERE status = 'ok' GROUP BY subset.name`,
      ),
    classes: () =>
      read<{ name: Subset; class_id: number; images: number }>(
        `SELECT subset.name, class_id, count(*) AS images FROM label_class JOIN subset USING (image_id) JOIN image ON image.id = image_id
         WHERE pixels > 0 AND status = 'ok' GROUP BY subset.name, class_id`,
      ),
  };
}
