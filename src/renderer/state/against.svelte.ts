import { untrack } from 'svelte';
import type { RunRecord } from '@shared/domain';
import type { Images } from './images.svelte';
import type { Notices } from './notices.svelte';
import type { Seen } from './predictions';
import type { Review } from './review.svelte';
import type { Runs } from './runs.svelte';

/** Of what a run says: the user's labels, instead of another run. */
export const LABELS = 'labels';

/** What the prediction under review is compared with in place: another run's, or the labels; side by side at a line, or held by a key. */
export class Against {
  #chosen = $state<string | null>(null);
  /** Left of the line is what it is compared with; where the line is, as a share of the canvas; null: there is none. */
  split = $state<number | null>(null);
  /** Only what it is compared with is shown, while a key is held. */
  held = $state(false);
  /** A pinned pixel, or the map of changes, wants to know what the other run says. */
  asked = $state(false);
  mapped = $state(false);
  /** What the other run predicts of the image shown; null while it is read, or it has not. */
  seen = $state.raw<Seen | null>(null);
  readonly needed = $derived(this.other !== null && (this.split !== null || this.held || this.asked || this.mapped));

  constructor(
    private readonly runs: Runs,
    private readonly images: Images,
    private readonly review: Review,
    notices: Notices,
  ) {
    $effect.root(() => {
      $effect(() => {
        const { other, needed } = this;
        const image = this.images.current;
        void review.seen;
        untrack(() => {
          this.seen = null;
          if (!needed || !other || !image) return;
          void notices.attempt(async () => {
            const seen = await review.read(other.id, image);
            if (this.images.current?.id === image.id && this.other?.id === other.id) this.seen = seen;
          });
        });
      });
    });
  }

  /** Runs that it can be compared with, the newest first. */
  get others(): readonly RunRecord[] {
    return this.runs.list.filter(({ id, predictedImages }) => predictedImages > 0 && id !== this.review.run?.id);
  }

  /** The other run; null where it is the labels. */
  get other(): RunRecord | null {
    if (this.#chosen === LABELS) return null;
    const { others } = this;
    return others.find(({ id }) => id === this.#chosen) ?? others[0] ?? null;
  }

  get value(): string {
    return this.other?.id ?? LABELS;
  }

  choose(value: string): void {
    this.#chosen = value;
  }

  /** Another project is open. */
  clear(): void {
    this.#chosen = null;
    this.split = null;
    this.held = false;
    this.seen = null;
  }
}
