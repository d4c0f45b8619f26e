import type { LabelVersion } from '@shared/protocol';
import type { EditNote, LabelQueries } from '../queries/labels';

/** A pause after which the next edit begins a version of its own, milliseconds. */
const PAUSE = 10 * 60 * 1000;

/** The versions of an image's labels, the newest first: what was undone is none of them, and what cannot be undone neither. */
export function versionsOf(queries: LabelQueries, imageId: number): LabelVersion[] {
  const { barrier, cursor } = queries.get(imageId);
  const versions: LabelVersion[] = [
    { seq: barrier, edits: 0, source: null, origin: null, run: null, restored: null, time: null, current: false },
  ];
  for (const note of queries.notes(imageId, barrier, cursor)) {
    const last = versions.at(-1)!;
    if (goesOn(last, note)) versions.pop();
    const { seq, source, origin, run, restored } = note;
    const edits = goesOn(last, note) ? last.edits + 1 : 1;
    versions.push({ seq, edits, source, origin, run, restored, time: note.created_at, current: false });
  }
  const newest = versions.pop()!;
  return [{ ...newest, current: true }, ...versions.reverse()];
}

function goesOn(last: LabelVersion, note: EditNote): boolean {
  return (
    last.time !== null &&
    last.source === note.source &&
    last.origin === note.origin &&
    last.run === note.run &&
    last.restored === null &&
    note.restored === null &&
    Date.parse(note.created_at) - Date.parse(last.time) < PAUSE
  );
}
