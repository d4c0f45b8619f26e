/** What the status bar says of the pixel under the pointer and of saving. Coordinates are whole image pixels. */
export class Status {
  pointer = $state.raw<{ readonly x: number; readonly y: number } | null>(null);
  /** Class under the pointer: of the labels, or in Review of the prediction. */
  classId = $state<number | null>(null);
  /** In Review: confidence p̃, similarity d and score s under the pointer. */
  scores = $state.raw<{ readonly p: number; readonly d: number; readonly s: number } | null>(null);
  saving = $state<'saved' | 'saving' | 'failed'>('saved');
  /** Changes of labels that are not on disk yet. */
  unsaved = $state(0);
}
