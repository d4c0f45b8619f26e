import { checkDiff, decodeRle, IGNORE } from '@shared/mask';
import type { Queries } from '../queries';
import type { ImageRow } from '../queries/images';
import type { LabelQueries, SnapshotRow } from '../queries/labels';
import { takeSnapshot, writeEdit, type LabelledPixels } from './history';
import { nextState } from './store';
import { isDamage, unpackWords } from './words';

/** What can be read of an image's labels though parts of their history cannot. */
export interface Salvage {
  /** With everything in effect that can be read. */
  readonly pixels: LabelledPixels;
  /** Edits that can be undone or done again, and those in effect since the last state that was kept. */
  readonly edits: number;
  /** How many of them, and of the states kept, cannot be read. */
  readonly lost: number;
}

/** Reads all of an image's history that is ever looked at again. */
export function salvage(queries: LabelQueries, { id, width, height }: ImageRow): Salvage {
  const size = width * height;
  const { cursor, last, barrier } = queries.get(id);
  const states = queries.snapshots(id).filter(({ seq }) => seq >= barrier);
  const read = states.flatMap((row) => stateOf(row, size) ?? []);
  let lost = states.length - read.length;
  const base = read.find(({ seq }) => seq <= cursor);
  // Without the state after which nothing can be undone, what is kept of earlier edits is all there is.
  const from = base ? Math.min(base.seq, barrier) : 0;
  const pixels = base?.pixels ?? { labels: new Uint8Array(size).fill(IGNORE), sources: new Uint8Array(size) };
  if (!base && barrier > 0 && lost === 0) lost++;
  for (let seq = from + 1; seq <= last; seq++) {
    const edit = queries.edit(id, seq);
    const diff = edit && attempt(() => unpackWords(edit.diff, size));
    if (!edit || !diff || !attempt(() => (checkDiff(diff, size), true))) lost++;
    // What a version that was restored had from where is not asked of a history that has gaps.
    else if (seq > (base?.seq ?? 0) && seq <= cursor) writeEdit(pixels, { ...edit, diff });
  }
  return { pixels, edits: last - from, lost };
}

/**
 * Makes what was salvaged the labels of its image, after which nothing can be undone. Pixels of classes that there are not become unlabelled.
 * To be called inside a transaction.
 */
export function keepSalvaged(queries: Queries, image: ImageRow, { pixels }: Salvage, classes: ReadonlySet<number>): void {
  const { labels, decisions } = queries;
  const { revision, cursor } = labels.get(image.id);
  pixels.labels.forEach((id, i) => {
    if (id === IGNORE || classes.has(id)) return;
    pixels.labels[i] = IGNORE;
    pixels.sources[i] = 0;
  });
  labels.dropAfter(image.id, cursor);
  labels.dropSnapshots(image.id);
  decisions.forgetEditsAfter(image.id, cursor);
  takeSnapshot(labels, image.id, cursor, pixels);
  labels.set(image.id, { revision: revision + 1, cursor, last: cursor, barrier: cursor });
  keepCounts(queries, image, pixels.labels);
  labels.forgetUnusedClasses(image.id);
}

/** Writes down what is counted of an image's labels. To be called inside a transaction. */
export function keepCounts({ labels, images }: Queries, image: ImageRow, map: Uint8Array): void {
  const counts = countPixels(map);
  labels.setPixels(image.id, counts);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  images.setLabels(image.id, total, nextState(image, total), Date.now());
}

/** Pixels of each class in a map. */
export function countPixels(map: Uint8Array): Map<number, number> {
  const counts = new Uint32Array(256);
  for (const id of map) counts[id]!++;
  return new Map([...counts.entries()].filter(([id, count]) => id !== IGNORE && count > 0));
}

function stateOf({ seq, labels, sources }: SnapshotRow, size: number): { seq: number; pixels: LabelledPixels } | null {
  const pixels = attempt(() => ({
    labels: decodeRle(unpackWords(labels, size), size),
    sources: decodeRle(unpackWords(sources, size), size),
  }));
  return pixels && { seq, pixels };
}

/** What reading gives; null where it is damaged. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isDamage(error)) return null;
    throw error;
  }
}
