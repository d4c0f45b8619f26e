import type { LabelSource } from './domain';

/** What is known of who made a version of an image's labels: see the protocol. */
export interface LabelAuthor {
  readonly seq: number;
  readonly edits: number;
  readonly source: LabelSource | null;
  readonly origin: string | null;
  readonly run: number | null;
  readonly restored: number | null;
}

/** Who made a version of an image's labels, in words. */
export function authorOf({ source, origin, run, restored, edits, seq }: LabelAuthor): string {
  if (source === null) return seq === 0 ? 'nothing was labelled' : 'as classes were merged or removed';
  if (restored !== null) return 'a version was restored';
  if (source === 'imported') return origin === null ? 'imported' : `imported: ${origin}`;
  if (source === 'accepted') return run === null ? 'accepted from a preview' : `accepted from run ${run}`;
  return run === null ? `painted: ${edits} ${edits === 1 ? 'step' : 'steps'}` : `decided about run ${run}`;
}
