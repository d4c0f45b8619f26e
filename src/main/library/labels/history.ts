import type { LabelSource } from '@shared/domain';
import { decodeRle, encodeRle, IGNORE, runsOf, writeDiff, type LabelDiff } from '@shared/mask';
import type { LabelQueries } from '../queries/labels';
import { packWords, unpackWords } from './words';

/** Where the class of a pixel came from, as stored per pixel. */
export const SOURCE_CODE = { human: 1, accepted: 2, imported: 3 } as const satisfies Record<LabelSource, number>;
export const NO_SOURCE = 0;

/** Class id (255 = none) and source code (0 = none) of every pixel, row-major. */
export interface LabelledPixels {
  readonly labels: Uint8Array;
  readonly sources: Uint8Array;
}

/** Edits between two snapshots: what reading an image's labels may have to replay. */
export const SNAPSHOT_EVERY = 100;

/** The pixels after edit `seq`, rebuilt from the last snapshot and the edits since. */
export function rebuild(queries: LabelQueries, imageId: number, size: number, seq: number): LabelledPixels {
  const snapshot = queries.snapshot(imageId, seq);
  const labels = snapshot ? decodeRle(unpackWords(snapshot.labels, size), size) : new Uint8Array(size).fill(IGNORE);
  const sources = snapshot ? decodeRle(unpackWords(snapshot.sources, size), size) : new Uint8Array(size);
  // Read first: a restored version asks for the edits before it in turn.
  for (const edit of [...queries.edits(imageId, snapshot?.seq ?? 0, seq)]) {
    const diff = unpackWords(edit.diff, size);
    if (edit.restored === null) writeEdit({ labels, sources }, { source: edit.source, diff });
    else writeRestored({ labels, sources }, diff, rebuild(queries, imageId, size, edit.restored).sources);
  }
  return { labels, sources };
}

/** A version that was restored has the sources that it had. */
export function writeRestored({ labels, sources }: LabelledPixels, diff: LabelDiff, then: Uint8Array): void {
  for (const { start, length, after } of runsOf(diff)) {
    labels.fill(after, start, start + length);
    sources.set(then.subarray(start, start + length), start);
  }
}

/** The classes alone, for a map to look at: half the memory, and no walk over sources. */
export function rebuildLabels(queries: LabelQueries, imageId: number, size: number, seq: number): Uint8Array {
  const snapshot = queries.snapshot(imageId, seq);
  const labels = snapshot ? decodeRle(unpackWords(snapshot.labels, size), size) : new Uint8Array(size).fill(IGNORE);
  for (const edit of queries.edits(imageId, snapshot?.seq ?? 0, seq)) writeDiff(labels, unpackWords(edit.diff, size));
  return labels;
}

export function takeSnapshot(queries: LabelQueries, imageId: number, seq: number, { labels, sources }: LabelledPixels): void {
  queries.setSnapshot(imageId, seq, packWords(encodeRle(labels)), packWords(encodeRle(sources)));
}

export function writeEdit({ labels, sources }: LabelledPixels, { source, diff }: { source: LabelSource; diff: LabelDiff }): void {
  const code = SOURCE_CODE[source];
  for (const { start, length, after } of runsOf(diff)) {
    labels.fill(after, start, start + length);
    sources.fill(after === IGNORE ? NO_SOURCE : code, start, start + length);
  }
}
