import type { LabelSource } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import { applyDiff, checkDiff, diffOf, IGNORE, invertDiff, runsOf, type LabelDiff } from '@shared/mask';
import type { LabelState } from '@shared/protocol';
import type { Database } from 'better-sqlite3';
import type { Queries } from '../queries';
import type { ImageRow } from '../queries/images';
import type { EditOrigin, LabelRow } from '../queries/labels';
import { MapCache } from './cache';
import { NO_SOURCE, rebuild, rebuildLabels, SNAPSHOT_EVERY, takeSnapshot, type LabelledPixels } from './history';
import { isDamage, packWords, unpackWords } from './words';

export interface Edit {
  readonly imageId: number;
  /** The revision the edit was made on. */
  readonly revision: number;
  readonly tool: string;
  readonly source: LabelSource;
  readonly diff: LabelDiff;
  /** Where imported labels are from. */
  readonly origin?: string;
}

/**
 * The labels of all images: a journal of diffs each, with a cursor for undo and redo.
 * Every change is one transaction, on disk when the method returns. The map in memory is only a copy: it is dropped when a transaction fails.
 */
export class LabelStore {
  readonly #maps: MapCache;

  constructor(
    private readonly db: Database,
    private readonly queries: Queries,
    maps = new MapCache(),
  ) {
    this.#maps = maps;
  }

  state(imageId: number): LabelState {
    return stateOf(this.#image(imageId), this.queries.labels.get(imageId));
  }

  /** Class ids now, row-major; 255 = unlabelled. Not a copy: not to be written into. */
  read(imageId: number): Uint8Array {
    return this.#map(this.#image(imageId), this.queries.labels.get(imageId));
  }

  /** Class and source of every pixel now. */
  pixels(imageId: number): LabelledPixels {
    const image = this.#image(imageId);
    const { cursor } = this.queries.labels.get(imageId);
    return this.#read(image, () => rebuild(this.queries.labels, imageId, image.width * image.height, cursor));
  }

  /**
   * Adds an edit after the cursor; what was undone before is forgotten. An empty diff changes nothing unless there is something to do besides.
   * @param also runs in the same transaction, with the edit's number: undone and done again with the edit
   * @throws EspalierError LABELS_OUTDATED, LABELS_INVALID, CLASS_UNKNOWN
   */
  apply(edit: Edit, also?: (seq: number) => void): LabelState {
    return this.#apply({ ...edit, origin: edit.origin ?? null, restored: null }, also);
  }

  /**
   * Makes the labels again what they were after an edit, by a new one that can be undone as any other.
   * @throws EspalierError LABELS_OUTDATED, VERSION_UNKNOWN, LABELS_DAMAGED
   */
  restore(imageId: number, revision: number, seq: number): LabelState & { diff: LabelDiff } {
    const { barrier, cursor } = this.#current(imageId, revision);
    const image = this.#image(imageId);
    if (seq < barrier || seq > cursor) throw new EspalierError('VERSION_UNKNOWN', { name: image.path, version: seq });
    const size = image.width * image.height;
    const then = this.#read(image, () => rebuildLabels(this.queries.labels, imageId, size, seq));
    const diff = diffOf(this.read(imageId), then);
    const state = this.#apply({ imageId, revision, tool: 'restore', source: 'human', diff, origin: null, restored: seq });
    return { ...state, diff };
  }

  #apply({ imageId, revision, diff, ...edit }: Omit<Edit, 'origin'> & EditOrigin, also?: (seq: number) => void): LabelState {
    const image = this.#image(imageId);
    const label = this.#current(imageId, revision);
    this.#checkClasses(diff);
    if (diff.length === 0 && !also) return stateOf(image, label);
    const seq = label.cursor + 1;
    return this.#change(image, label, diff, { ...label, cursor: seq, last: seq }, () => {
      const { labels, decisions } = this.queries;
      labels.dropAfter(imageId, label.cursor);
      decisions.forgetEditsAfter(imageId, label.cursor);
      labels.addEdit(imageId, seq, { ...edit, diff: packWords(diff) }, new Date().toISOString());
      if (seq % SNAPSHOT_EVERY === 0) takeSnapshot(labels, imageId, seq, rebuild(labels, imageId, image.width * image.height, seq));
      also?.(seq);
    });
  }

  /** Takes the last edit in effect back; an empty diff when there is none left. */
  undo(imageId: number, revision: number): LabelState & { diff: LabelDiff } {
    const label = this.#current(imageId, revision);
    if (label.cursor === label.barrier) return { ...this.state(imageId), diff: new Uint32Array(0) };
    const diff = invertDiff(this.#diffOf(this.#image(imageId), label.cursor));
    return this.#step(imageId, label, label.cursor - 1, diff);
  }

  /** Brings the next edit back; an empty diff when there is none. */
  redo(imageId: number, revision: number): LabelState & { diff: LabelDiff } {
    const label = this.#current(imageId, revision);
    if (label.cursor === label.last) return { ...this.state(imageId), diff: new Uint32Array(0) };
    return this.#step(imageId, label, label.cursor + 1, this.#diffOf(this.#image(imageId), label.cursor + 1));
  }

  /**
   * Turns a class into another one (or, with null, into nothing) wherever an image's history mentions it. The history before becomes unreachable.
   * To be called inside a transaction, and followed by `forget` when it fails.
   */
  replaceClass(imageId: number, from: number, into: number | null): void {
    const { labels, decisions, images } = this.queries;
    const image = this.#image(imageId);
    const label = labels.get(imageId);
    const pixels = this.pixels(imageId);
    let moved = 0;
    for (let i = 0; i < pixels.labels.length; i++) {
      if (pixels.labels[i] !== from) continue;
      pixels.labels[i] = into ?? IGNORE;
      if (into === null) pixels.sources[i] = NO_SOURCE;
      moved++;
    }
    this.#maps.drop(imageId);
    labels.dropAfter(imageId, label.cursor);
    decisions.forgetEditsAfter(imageId, label.cursor);
    takeSnapshot(labels, imageId, label.cursor, pixels);
    labels.set(imageId, { revision: label.revision + 1, cursor: label.cursor, last: label.cursor, barrier: label.cursor });
    labels.changePixels(imageId, from, -moved);
    if (into !== null) labels.changePixels(imageId, into, moved);
    labels.forgetUnusedClasses(imageId);
    const total = labels.labelledPixels(imageId);
    images.setLabels(imageId, total, nextState(image, total), Date.now());
  }

  /** Drops the map in memory: what the database says counts. */
  forget(imageId: number): void {
    this.#maps.drop(imageId);
  }

  #step(imageId: number, label: LabelRow, cursor: number, diff: LabelDiff): LabelState & { diff: LabelDiff } {
    const forth = cursor > label.cursor;
    const state = this.#change(this.#image(imageId), label, diff, { ...label, cursor }, () =>
      this.queries.decisions.followEdit(imageId, forth ? cursor : label.cursor, forth),
    );
    return { ...state, diff };
  }

  /** Writes a diff into the map, its effects into the database, and `next` with a new revision; all or nothing. */
  #change(image: ImageRow, label: LabelRow, diff: LabelDiff, next: LabelRow, work: () => void): LabelState {
    this.#write(image, label, diff);
    const { labels, images } = this.queries;
    const changed = { ...next, revision: label.revision + 1 };
    try {
      return this.db.transaction(() => {
        labels.set(image.id, changed);
        work();
        let pixels = image.labelled_pixels;
        for (const [classId, change] of pixelChanges(diff)) {
          labels.changePixels(image.id, classId, change);
          pixels += change;
        }
        // A decision that changes no pixel is no word about how far the labels are.
        const state = diff.length === 0 ? image.state : nextState(image, pixels);
        images.setLabels(image.id, pixels, state, Date.now());
        return stateOf({ labelled_pixels: pixels, state }, changed);
      })();
    } catch (error) {
      this.#maps.drop(image.id);
      throw error;
    }
  }

  #write(image: ImageRow, label: LabelRow, diff: LabelDiff): void {
    const size = image.width * image.height;
    try {
      checkDiff(diff, size);
      applyDiff(this.#map(image, label), diff);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new EspalierError('LABELS_INVALID', { reason: error.message }, { cause: error });
    }
  }

  #map(image: ImageRow, label: LabelRow): Uint8Array {
    const kept = this.#maps.get(image.id);
    if (kept) return kept;
    const labels = this.#read(image, () => rebuildLabels(this.queries.labels, image.id, image.width * image.height, label.cursor));
    this.#maps.set(image.id, labels);
    return labels;
  }

  #diffOf(image: ImageRow, seq: number): LabelDiff {
    return this.#read(image, () => {
      const edit = this.queries.labels.edit(image.id, seq);
      if (!edit) throw new RangeError(`edit ${seq} is not in the database`);
      return unpackWords(edit.diff, image.width * image.height);
    });
  }

  /** @throws EspalierError LABELS_DAMAGED */
  #read<T>({ path }: ImageRow, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (isDamage(error)) throw new EspalierError('LABELS_DAMAGED', { name: path }, { cause: error });
      throw error;
    }
  }

  #image(imageId: number): ImageRow {
    const image = this.queries.images.get(imageId);
    if (!image) throw new EspalierError('IMAGE_UNKNOWN', { id: imageId });
    return image;
  }

  #current(imageId: number, revision: number): LabelRow {
    const label = this.queries.labels.get(imageId);
    if (label.revision !== revision) throw new EspalierError('LABELS_OUTDATED');
    return label;
  }

  #checkClasses(diff: LabelDiff): void {
    const known = new Set(this.queries.classes.list().map(({ id }) => id)).add(IGNORE);
    for (const { after } of runsOf(diff)) {
      if (!known.has(after)) throw new EspalierError('CLASS_UNKNOWN', { id: after });
    }
  }
}

/** Pixels each class gains, or loses, by a diff. */
function pixelChanges(diff: LabelDiff): [classId: number, change: number][] {
  const changes = new Map<number, number>();
  const add = (id: number, pixels: number): void => {
    if (id !== IGNORE) changes.set(id, (changes.get(id) ?? 0) + pixels);
  };
  for (const { length, before, after } of runsOf(diff)) {
    add(before, -length);
    add(after, length);
  }
  return [...changes];
}

/** Started as soon as pixels exist, unlabelled when none do; done is the user's word, and stands while there are pixels. */
export function nextState(image: Pick<ImageRow, 'state'>, pixels: number): ImageRow['state'] {
  if (pixels === 0) return 'unlabelled';
  return image.state === 'done' ? 'done' : 'started';
}

function stateOf(image: Pick<ImageRow, 'labelled_pixels' | 'state'>, label: LabelRow): LabelState {
  return {
    revision: label.revision,
    undo: label.cursor - label.barrier,
    redo: label.last - label.cursor,
    labelledPixels: image.labelled_pixels,
    state: image.state,
  };
}
