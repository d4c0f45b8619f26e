import type { Database } from 'better-sqlite3';
import type { LabelSource } from '@shared/domain';
import type { Read } from '../reader/reader';

/** Edits 1…last of an image exist; those up to `cursor` are in effect; those up to `barrier` can no longer be undone. */
export interface LabelRow {
  readonly revision: number;
  readonly cursor: number;
  readonly last: number;
  readonly barrier: number;
}

export interface EditRow {
  readonly seq: number;
  readonly tool: string;
  readonly source: LabelSource;
  readonly diff: Buffer;
  /** The edit after which the labels were as this one made them again; null for all edits that are no restored version. */
  readonly restored: number | null;
}

/** Who made an edit, and when. */
export interface EditNote {
  readonly seq: number;
  readonly tool: string;
  readonly source: LabelSource;
  readonly created_at: string;
  readonly origin: string | null;
  readonly restored: number | null;
  /** The run whose predictions were decided on with it. */
  readonly run: number | null;
}

/** What is known of an edit besides its diff. */
export interface EditOrigin {
  readonly origin: string | null;
  readonly restored: number | null;
}

export interface SnapshotRow {
  readonly seq: number;
  readonly labels: Buffer;
  readonly sources: Buffer;
}

export function labelQueries(db: Database) {
  const get = db.prepare<[number], LabelRow>('SELECT revision, cursor, last, barrier FROM label WHERE image_id = ?');
  const set = db.prepare<LabelRow & { id: number }>(
    `INSERT INTO label (image_id, revision, cursor, last, barrier) VALUES (@id, @revision, @cursor, @last, @barrier)
     ON CONFLICT (image_id) DO UPDATE SET revision = excluded.revision, cursor = excluded.cursor, last = excluded.last, barrier = excluded.barrier`,
  );
  const edit = db.prepare<[number, number], EditRow>(
    'SELECT seq, tool, source, diff, restored FROM label_edit WHERE image_id = ? AND seq = ?',
  );
  const edits = db.prepare<[number, number, number], EditRow>(
    'SELECT seq, tool, source, diff, restored FROM label_edit WHERE image_id = ? AND seq > ? AND seq <= ? ORDER BY seq',
  );
  const addEdit = db.prepare<[number, number, string, LabelSource, Buffer, string, string | null, number | null]>(
    'INSERT INTO label_edit (image_id, seq, tool, source, diff, created_at, origin, restored) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const notes = db.prepare<[number, number, number], EditNote>(
    `SELECT seq, tool, source, created_at, origin, restored,
       (SELECT run FROM decision WHERE image_id = label_edit.image_id AND edit_seq = seq LIMIT 1) AS run
     FROM label_edit WHERE image_id = ? AND seq > ? AND seq <= ? ORDER BY seq`,
  );
  const dropEdits = db.prepare<[number, number]>('DELETE FROM label_edit WHERE image_id = ? AND seq > ?');
  const snapshot = db.prepare<[number, number], SnapshotRow>(
    'SELECT seq, labels, sources FROM label_snapshot WHERE image_id = ? AND seq <= ? ORDER BY seq DESC LIMIT 1',
  );
  const snapshots = db.prepare<[number], SnapshotRow>(
    'SELECT seq, labels, sources FROM label_snapshot WHERE image_id = ? ORDER BY seq DESC',
  );
  const setSnapshot = db.prepare<[number, number, Buffer, Buffer]>(
    'INSERT OR REPLACE INTO label_snapshot (image_id, seq, labels, sources) VALUES (?, ?, ?, ?)',
  );
  const dropSnapshots = db.prepare<[number, number]>('DELETE FROM label_snapshot WHERE image_id = ? AND seq > ?');
  const addPixels = db.prepare<[number, number, number]>(
    'INSERT INTO label_class (class_id, image_id, pixels) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET pixels = pixels + excluded.pixels',
  );
  const movePixels = db.prepare<[number, number, number]>('UPDATE label_class SET pixels = pixels + ? WHERE class_id = ? AND image_id = ?');
  const forgetUnused = db.prepare<[number]>('DELETE FROM label_class WHERE image_id = ? AND pixels = 0');
  const pixelsOf = db.prepare<[number], { pixels: number | null }>('SELECT sum(pixels) AS pixels FROM label_class WHERE image_id = ?');
  const byClass = db.prepare<[number], { id: number; pixels: number }>(
    'SELECT class_id AS id, pixels FROM label_class WHERE image_id = ? AND pixels > 0',
  );
  const clearPixels = db.prepare<[number]>('UPDATE label_class SET pixels = 0 WHERE image_id = ?');
  const imagesWith = db.prepare<[number], { id: number }>('SELECT image_id AS id FROM label_class WHERE class_id = ? ORDER BY image_id');
  const used = db.prepare<[], { id: number }>(
    `SELECT id FROM class WHERE active = 1 AND EXISTS (
       SELECT 1 FROM label_class JOIN image ON image.id = image_id WHERE class_id = class.id AND pixels > 0 AND status = 'ok')`,
  );

  // Every change of labels raises a revision; a decision that changes none is added, or undone.
  const stamp = db.prepare<[], { stamp: string }>(
    `SELECT (SELECT total(revision) FROM label) || ' ' || (SELECT total(1 + undone) FROM decision) AS stamp`,
  );
  const any = db.prepare<[], { image_id: number }>('SELECT image_id FROM label LIMIT 1');

  return {
    /** Whether any image has, or had, labels. */
    any: () => any.get() !== undefined,
    /** Another one after each change of labels, acceptance and rejection. */
    stamp: () => stamp.get()!.stamp,
    get: (imageId: number): LabelRow => get.get(imageId) ?? { revision: 0, cursor: 0, last: 0, barrier: 0 },
    set: (imageId: number, row: LabelRow) => set.run({ id: imageId, ...row }),
    edit: (imageId: number, seq: number) => edit.get(imageId, seq),
    /** Edits after `from` up to and including `to`, in order. */
    edits: (imageId: number, from: number, to: number) => edits.iterate(imageId, from, to),
    addEdit: (
      imageId: number,
      seq: number,
      edit: EditOrigin & { readonly tool: string; readonly source: LabelSource; readonly diff: Buffer },
      now: string,
    ) => addEdit.run(imageId, seq, edit.tool, edit.source, edit.diff, now, edit.origin, edit.restored),
    /** Who made the edits after `from` up to and including `to`, in order. */
    notes: (imageId: number, from: number, to: number) => notes.all(imageId, from, to),
    /** Forgets what was undone: edits and snapshots after `seq`. */
    dropAfter: (imageId: number, seq: number) => {
      dropEdits.run(imageId, seq);
      dropSnapshots.run(imageId, seq);
    },
    /** The newest snapshot not after `seq`. */
    snapshot: (imageId: number, seq: number) => snapshot.get(imageId, seq),
    /** All snapshots, the newest first. */
    snapshots: (imageId: number) => snapshots.all(imageId),
    dropSnapshots: (imageId: number) => dropSnapshots.run(imageId, -1),
    setSnapshot: (imageId: number, seq: number, labels: Buffer, sources: Buffer) => setSnapshot.run(imageId, seq, labels, sources),
    /** Changes how many pixels of a class an image has; the first mention of a class must not be negative. */
    changePixels: (imageId: number, classId: number, change: number) =>
      change < 0 ? movePixels.run(change, classId, imageId) : addPixels.run(classId, imageId, change),
    forgetUnusedClasses: (imageId: number) => forgetUnused.run(imageId),
    /** Pixels of each class that an image has, as they are counted. */
    pixelsByClass: (imageId: number) => new Map(byClass.all(imageId).map(({ id, pixels }) => [id, pixels])),
    setPixels: (imageId: number, counts: ReadonlyMap<number, number>) => {
      clearPixels.run(imageId);
      for (const [id, pixels] of counts) addPixels.run(id, imageId, pixels);
    },
    labelledPixels: (imageId: number) => pixelsOf.get(imageId)?.pixels ?? 0,
    /** Images in whose history a class occurs. */
    imagesWith: (classId: number) => imagesWith.all(classId).map((row) => row.id),
    /** Classes that readable images are labelled with. */
    usedClasses: () => used.all().map((row) => row.id),
  };
}

/** An image with labels. */
export interface LabelledRow {
  readonly id: number;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly revision: number;
}

/** Images and pixels of classes. */
export function labelCountQueries(read: Read) {
  return {
    /** Readable images with labels, those worked on last first: at most so many. */
    latest: (most: number) =>
      read<LabelledRow>(
        `SELECT id, path, width, height, revision FROM image JOIN label ON label.image_id = image.id
         WHERE status = 'ok' AND labelled_pixels > 0 ORDER BY touched DESC, id LIMIT :most`,
        { most },
      ),
    usage: async (classId: number) => {
      const [row] = await read<{ images: number; pixels: number | null }>(
        'SELECT count(*) AS images, sum(pixels) AS pixels FROM label_class WHERE class_id = :id AND pixels > 0',
        { id: classId },
      );
      return { images: row?.images ?? 0, pixels: row?.pixels ?? 0 };
    },
    counts: () =>
      read<{ id: number; images: number; pixels: number }>(
        'SELECT class_id AS id, count(*) AS images, sum(pixels) AS pixels FROM label_class WHERE pixels > 0 GROUP BY class_id',
      ),
  };
}
export type LabelQueries = ReturnType<typeof labelQueries>;
