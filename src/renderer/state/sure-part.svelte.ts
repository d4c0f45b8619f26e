import { countUnlabelled, surePart } from '../editor/raster/sure';
import { byValue } from '../editor/spans';
import { acceptRule } from '../editor/rules';
import type { ClassFlags } from './class-flags';
import type { Editing } from './editing.svelte';
import type { Preview } from './preview.svelte';
import type { ShownImage } from './shown-image.svelte';

/** What a preview is sure of of the image shown, to be taken over where nothing is labelled. */
export class SurePart {
  /** Confidence from which on it counts as sure, percent. */
  from = $state(90);
  /** The class to be taken alone; null: all. */
  classId = $state<number | null>(null);
  // Counted when a preview comes, which it does after each change of the labels.
  readonly #counts = $derived.by(() => {
    const { shown } = this.preview;
    const { session } = this.image;
    return shown && session?.document.data.length === shown.classes.length ? countUnlabelled(shown, session.document.data) : null;
  });
  /** Pixels; null where there is no preview, or an older one. */
  readonly count = $derived.by(() => {
    if (!this.#counts || this.preview.busy) return null;
    let sum = 0;
    for (const [classId, ofClass] of this.#counts) if (this.#wants(classId)) for (let p = this.#byte; p < 256; p++) sum += ofClass[p]!;
    return sum;
  });

  constructor(
    private readonly preview: Preview,
    private readonly image: ShownImage,
    private readonly flags: ClassFlags,
    private readonly editing: Editing,
  ) {}

  /** Makes labels of it, as accepted ones, in one step. */
  take(): void {
    const { shown } = this.preview;
    const { session } = this.image;
    const { prediction } = this.editing;
    if (!shown || !session || !prediction) return;
    const { data, width } = session.document;
    const spans = surePart(shown, data, this.#byte, (classId) => this.#wants(classId));
    const gesture = session.begin('sure', acceptRule('unlabelled', this.flags.locked), prediction.saving(spans));
    for (const [value, part] of byValue(spans, shown.classes, width)) gesture?.write(part, value);
    gesture?.commit();
  }

  get #byte(): number {
    return Math.ceil((255 * this.from) / 100);
  }

  #wants(classId: number): boolean {
    return !this.flags.locked.has(classId) && (this.classId === null || this.classId === classId);
  }
}
