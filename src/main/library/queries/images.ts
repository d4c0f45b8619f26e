import type { Database } from 'better-sqlite3';
import type { Read } from '../reader/reader';
import type { FileStatus, ImageState } from '@shared/domain';

export interface ImageRow {
  readonly id: number;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** Bytes, and microseconds since 1970: together they tell whether a file changed. */
  readonly size: number;
  readonly modified: number;
  /** SHA-256 of the content; null where it is not known. */
  readonly digest: Buffer | null;
  readonly status: FileStatus;
  readonly problem: string | null;
  readonly state: ImageState;
  readonly labelled_pixels: number;
  readonly notes: string;
  readonly stem: string;
}

/** What indexing finds out about a file. */
export interface IndexedFile {
  readonly path: string;
  readonly stem: string;
  readonly name: string;
  readonly sort_name: string;
  readonly size: number;
  readonly modified: number;
  readonly digest: Buffer;
  readonly width: number;
  readonly height: number;
  readonly status: FileStatus;
  readonly problem: string | null;
}

export interface ImageCounts {
  readonly bucket: ImageState | 'problem';
  readonly images: number;
}

const COLUMNS = 'id, path, width, height, size, modified, digest, status, problem, state, labelled_pixels, notes, stem';

/** Conditions on `image`: readable, with labels or without. */
export const WITH_LABELS = "status = 'ok' AND labelled_pixels > 0";
export const WITHOUT_LABELS = "status = 'ok' AND labelled_pixels = 0";

export function imageQueries(db: Database) {
  const byId = db.prepare<[number], ImageRow>(`SELECT ${COLUMNS} FROM image WHERE id = ?`);
  const byPath = db.prepare<[string], ImageRow>(`SELECT ${COLUMNS} FROM image WHERE path = ?`);
  const byStem = db.prepare<[string], ImageRow>(`SELECT ${COLUMNS} FROM image WHERE stem = ? ORDER BY id`);
  const byName = db.prepare<[string], ImageRow>(`SELECT ${COLUMNS} FROM image WHERE name = ? ORDER BY id`);
  const maxId = db.prepare<[], { id: number | null }>('SELECT max(id) AS id FROM image');
  const unreadable = db.prepare<[], { path: string; problem: string | null }>(
    "SELECT path, problem FROM image WHERE status <> 'ok' AND status = 'unreadable' ORDER BY sort_name",
  );
  const presentAfter = db.prepare<[number, number], { id: number }>(
    "SELECT id FROM image WHERE id > ? AND status <> 'missing' ORDER BY id LIMIT ?",
  );
  const readableAfter = db.prepare<[number, number], ImageRow>(
    `SELECT ${COLUMNS} FROM image WHERE id > ? AND status = 'ok' ORDER BY id LIMIT ?`,
  );
  const after = db.prepare<[number, number], ImageRow>(`SELECT ${COLUMNS} FROM image WHERE id > ? ORDER BY id LIMIT ?`);
  const count = db.prepare<[], number>('SELECT count(*) FROM image').pluck();
  const insert = db.prepare<IndexedFile>(
    `INSERT INTO image (path, stem, name, sort_name, size, modified, digest, width, height, status, problem)
     VALUES (@path, @stem, @name, @sort_name, @size, @modified, @digest, @width, @height, @status, @problem)`,
  );
  const update = db.prepare<Omit<IndexedFile, 'path' | 'stem' | 'name' | 'sort_name'> & { id: number }>(
    `UPDATE image SET size = @size, modified = @modified, digest = @digest, width = @width, height = @height, status = @status, problem = @problem WHERE id = @id`,
  );
  const byDigest = db.prepare<[Buffer], ImageRow>(`SELECT ${COLUMNS} FROM image WHERE digest = ? ORDER BY labelled_pixels = 0, id`);
  const move = db.prepare<Pick<IndexedFile, 'path' | 'stem' | 'name' | 'sort_name'> & { id: number }>(
    'UPDATE image SET path = @path, stem = @stem, name = @name, sort_name = @sort_name WHERE id = @id',
  );
  const moveReviewed = db.prepare<[string, number]>('UPDATE reviewed SET sort_name = ? WHERE image_id = ?');
  const setStatus = db.prepare<[FileStatus, string | null, number]>('UPDATE image SET status = ?, problem = ? WHERE id = ?');
  const setLabels = db.prepare<[number, ImageState, number, number]>(
    'UPDATE image SET labelled_pixels = ?, state = ?, touched = ? WHERE id = ?',
  );
  const setState = db.prepare<[ImageState, number, number]>('UPDATE image SET state = ?, touched = ? WHERE id = ?');
  const setNotes = db.prepare<[string, number]>('UPDATE image SET notes = ? WHERE id = ?');

  return {
    get: (id: number) => byId.get(id),
    /** The image of a path inside the project. */
    atPath: (path: string) => byPath.get(path),
    /** The images of a path without extension, and of a file name without folder and extension. */
    withStem: (stem: string) => byStem.all(stem),
    withName: (name: string) => byName.all(name),
    /** Images of a content, those with labels first. */
    withDigest: (digest: Buffer) => byDigest.all(digest),
    /** The file of an image has another path now. */
    move: (id: number, { path, stem, name, sort_name }: Pick<IndexedFile, 'path' | 'stem' | 'name' | 'sort_name'>) => {
      move.run({ id, path, stem, name, sort_name });
      moveReviewed.run(sort_name, id);
    },
    maxId: () => maxId.get()?.id ?? 0,
    unreadable: () => unreadable.all(),
    /** Ids of images not missing, in order, `limit` at a time. */
    presentAfter: (id: number, limit: number) => presentAfter.all(id, limit).map((row) => row.id),
    /** Readable images in order of their ids, `limit` at a time. */
    readableAfter: (id: number, limit: number) => readableAfter.all(id, limit),
    /** All images in order of their ids, `limit` at a time. */
    after: (id: number, limit: number) => after.all(id, limit),
    count: () => count.get()!,
    add: (file: IndexedFile) => insert.run(file),
    change: (
      id: number,
      { size, modified, digest, width, height, status, problem }: Omit<IndexedFile, 'path' | 'stem' | 'name' | 'sort_name'>,
    ) => update.run({ id, size, modified, digest, width, height, status, problem }),
    setStatus: (id: number, status: FileStatus, problem: string | null) => setStatus.run(status, problem, id),
    setLabels: (id: number, pixels: number, state: ImageState, now: number) => setLabels.run(pixels, state, now, id),
    setState: (id: number, state: ImageState, now: number) => setState.run(state, now, id),
    setNotes: (id: number, notes: string) => setNotes.run(notes, id),
  };
}

/** How many images there are. */
export function imageCountQueries(read: Read) {
  return {
    counts: () => read<ImageCounts>('SELECT bucket, images FROM image_count'),
    /** How many readable images have labels. */
    labelledCount: async () =>
      (await read<{ images: number }>(`SELECT count(*) AS images FROM image WHERE ${WITH_LABELS}`))[0]?.images ?? 0,
  };
}
export type ImageQueries = ReturnType<typeof imageQueries>;

/** Changes whenever the file does. */
export const versionOf = (row: Pick<ImageRow, 'size' | 'modified'>): string => `${row.modified.toString(36)}-${row.size.toString(36)}`;
