import type { Acts } from './acts';
import type { Images } from './images.svelte';
import type { LabelSessions } from './label-sessions.svelte';
import type { ShownImage } from './shown-image.svelte';

type Step = 'undo' | 'redo';

/** What undo and redo mean now. */
export class Undo {
  /** Counts what was done and undone. */
  #acted = $state(0);

  /** @param oneImage whether one image is worked on, so that undo concerns only that; else there is one order for all */
  constructor(
    private readonly acts: Acts,
    private readonly labels: LabelSessions,
    private readonly shown: ShownImage,
    private readonly images: Images,
    private readonly oneImage: () => boolean,
  ) {
    acts.changed.on(() => this.#acted++);
  }

  can(kind: Step): boolean {
    void [this.labels.revision, this.#acted];
    const { session } = this.shown;
    const image = this.oneImage() ? (this.images.current?.id ?? null) : null;
    const [known, before] = kind === 'undo' ? [this.acts.canUndo(image), session?.canUndo] : [this.acts.canRedo(image), session?.canRedo];
    return known || (before ?? false) || this.images.underWay;
  }

  /** Undoes what was done last, or does again what was undone last: to the image worked on, or to any. */
  async step(kind: Step): Promise<void> {
    if (this.shown.session?.document.gesture) return this.#stepShown(kind);
    const image = this.oneImage() ? ((await this.images.meant())?.id ?? null) : null;
    if (kind === 'undo' ? this.acts.canUndo(image) : this.acts.canRedo(image)) return this.acts[kind](image);
    // What was done before this window was opened is in the history of each image alone.
    this.#stepShown(kind);
  }

  #stepShown(kind: Step): void {
    if (this.shown.session) this.labels.step(this.shown.session, kind);
  }
}
