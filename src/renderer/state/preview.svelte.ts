import { untrack } from 'svelte';
import { toEspalierError } from '@shared/errors';
import type { ResultOf } from '@shared/protocol';
import type { Images } from './images.svelte';
import type { LabelSessions } from './label-sessions.svelte';
import type { ProjectCalls } from './project-calls';
import type { ShownImage } from './shown-image.svelte';
import { readPreference, writePreference } from './storage';

type Planes = ResultOf<'preview.show'>;

/** What a model would make of the image shown, while one labels it: asked for anew whenever labels were saved. */
export class Preview {
  /** Whether it is kept on; remembered. */
  on = $state(readPreference('preview') === true);
  /** Whether it is being asked for. */
  busy = $state(false);
  /** Why there is none. */
  missing = $state<string | null>(null);
  #last = $state.raw<{ readonly target: string; readonly planes: Planes } | null>(null);
  /** Labels were saved, or another image is shown, since it was asked for last. */
  #stale = false;
  /** The image that it was asked for last. */
  #asked: string | null = null;

  /** @param wanted whether images are being labelled */
  constructor(
    private readonly calls: ProjectCalls,
    private readonly images: Images,
    private readonly image: ShownImage,
    labels: LabelSessions,
    private readonly wanted: () => boolean,
  ) {
    $effect.root(() => {
      $effect(() => writePreference('preview', this.on));
      $effect(() => {
        void labels.saved;
        if (!this.active || image.target === null) return;
        untrack(() => this.#want());
      });
    });
  }

  /** Whether it is on, and there is something to label. */
  get active(): boolean {
    return this.on && this.wanted();
  }

  /** Of the image shown; that of before its last stroke until it is there anew. */
  get shown(): Planes | null {
    return this.active && this.#last !== null && this.#last.target === this.image.target ? this.#last.planes : null;
  }

  /** What it says of a pixel of the image shown: class id, and p̃ in [0, 1]. */
  at(x: number, y: number): { readonly classId: number; readonly p: number } | null {
    const { shown } = this;
    if (!shown || x < 0 || y < 0 || x >= shown.width || y >= shown.height) return null;
    const i = y * shown.width + x;
    return { classId: shown.classes[i]!, p: shown.confidence[i]! / 255 };
  }

  /** The project is left. */
  clear(): void {
    this.#last = null;
    this.missing = null;
  }

  /** One after the other for one image, however fast it is painted: each is shown. Another image is asked for at once. */
  #want(): void {
    this.#stale = true;
    if (!this.busy || this.#asked !== this.image.target) void this.#ask();
  }

  async #ask(): Promise<void> {
    const [target, image] = [this.image.target, this.images.current];
    if (target === null || image?.status !== 'ok') return;
    const here = (): boolean => this.#asked === target && this.image.target === target;
    this.#asked = target;
    this.#stale = false;
    this.busy = true;
    try {
      const planes = await this.calls.call('preview.show', { imageId: image.id });
      if (!here()) return;
      this.#last = { target, planes };
      this.missing = null;
    } catch (thrown) {
      const { code, message } = toEspalierError(thrown);
      if (!here() || code === 'CANCELLED') return;
      this.#last = null;
      this.missing = message;
    } finally {
      if (here()) this.busy = false;
    }
    if (this.#stale && this.active && here()) void this.#ask();
  }
}
