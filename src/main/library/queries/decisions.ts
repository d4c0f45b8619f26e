import type { Database } from 'better-sqlite3';

export interface DecisionRow {
  readonly id: number;
  readonly run_id: string;
  readonly image_id: number;
  readonly kind: 'accept' | 'reject';
  readonly class_id: number | null;
  readonly region: Buffer;
  readonly pixels: number;
  readonly created_at: string;
  readonly undone: number;
  /** The edit it was made by; null when that is forgotten. */
  readonly edit_seq: number | null;
}

export interface NewDecision {
  readonly run: number;
  readonly image: number;
  readonly kind: 'accept' | 'reject';
  readonly classId: number | null;
  readonly region: Buffer;
  readonly pixels: number;
  readonly now: string;
  readonly editSeq: number;
}

const SELECT = `SELECT decision.id, run.id AS run_id, image_id, kind, class_id, region, pixels, decision.created_at, undone, edit_seq
  FROM decision JOIN run ON run.number = decision.run`;

export function decisionQueries(db: Database) {
  const byId = db.prepare<[number], DecisionRow>(`${SELECT} WHERE decision.id = ?`);
  const ofImage = db.prepare<[number], DecisionRow>(`${SELECT} WHERE image_id = ? ORDER BY decision.id`);
  const inForce = db.prepare<[number], DecisionRow>(`${SELECT} WHERE image_id = ? AND undone = 0 ORDER BY decision.id`);
  const add = db.prepare<NewDecision>(
    `INSERT INTO decision (run, image_id, kind, class_id, region, pixels, created_at, edit_seq)
     VALUES (@run, @image, @kind, @classId, @region, @pixels, @now, @editSeq)`,
  );
  const setRevokeSeq = db.prepare<[number, number]>('UPDATE decision SET undone = 1, revoke_seq = ? WHERE id = ?');
  const madeBy = db.prepare<[number, number, number]>('UPDATE decision SET undone = ? WHERE image_id = ? AND edit_seq = ?');
  const revokedBy = db.prepare<[number, number, number]>('UPDATE decision SET undone = ? WHERE image_id = ? AND revoke_seq = ?');
  const forgetEdits = db.prepare<[number, number]>('UPDATE decision SET edit_seq = NULL WHERE image_id = ? AND edit_seq > ?');
  const forgetRevokes = db.prepare<[number, number]>('UPDATE decision SET revoke_seq = NULL WHERE image_id = ? AND revoke_seq > ?');
  const merge = db.prepare<[number, number]>('UPDATE decision SET class_id = ? WHERE class_id = ?');
  const undoRejections = db.prepare<[number]>("UPDATE decision SET undone = 1 WHERE class_id = ? AND kind = 'reject'");

  return {
    get: (id: number) => byId.get(id),
    ofImage: (image: number) => ofImage.all(image),
    /** What was not taken back, oldest first. */
    inForce: (image: number) => inForce.all(image),
    add: (decision: NewDecision) => Number(add.run(decision).lastInsertRowid),
    revokedByEdit: (id: number, seq: number) => setRevokeSeq.run(seq, id),
    /** Follows the label history: edit `seq` of an image is in effect or not. */
    followEdit: (image: number, seq: number, inEffect: boolean) => {
      madeBy.run(inEffect ? 0 : 1, image, seq);
      revokedBy.run(inEffect ? 1 : 0, image, seq);
    },
    /** Edits after `seq` are forgotten; their numbers will be given again. */
    forgetEditsAfter: (image: number, seq: number) => {
      forgetEdits.run(image, seq);
      forgetRevokes.run(image, seq);
    },
    /** A class became another one, or none: then nothing is left to reject. */
    replaceClass: (from: number, into: number | null) => (into === null ? undoRejections.run(from) : merge.run(into, from)),
  };
}
export type DecisionQueries = ReturnType<typeof decisionQueries>;
