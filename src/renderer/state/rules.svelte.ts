import type { Progress, ResultOf, ReviewRule } from '@shared/protocol';
import type { Acts } from './acts';
import { Cancellable } from './cancellable.svelte';
import type { Decisions } from './decisions.svelte';
import type { Images } from './images.svelte';
import type { LabelSessions } from './label-sessions.svelte';
import type { Notices } from './notices.svelte';
import type { ProjectCalls } from './project-calls';
import type { ShownImage } from './shown-image.svelte';
import type { ShownProject } from './shown-project.svelte';

export interface RulesParts {
  readonly calls: ProjectCalls;
  readonly acts: Acts;
  readonly decisions: Decisions;
  readonly images: Images;
  readonly labels: LabelSessions;
  readonly shown: ShownImage;
  readonly project: ShownProject;
  readonly notices: Notices;
}

/** Decisions about many images by one rule: tried first, made as one step, taken back as one. */
export class Rules {
  /** The user is being asked for a rule. */
  asking = $state(false);
  /** What the rule asked for last would take; null while it is counted, or nothing was asked. */
  tried = $state.raw<ResultOf<'review.tryRule'> | null>(null);
  readonly #work: Cancellable;
  #what = $state<'trying' | 'accepting'>('trying');

  constructor(private readonly parts: RulesParts) {
    this.#work = new Cancellable(parts.notices);
  }

  get now(): { readonly what: 'trying' | 'accepting'; readonly progress: Progress | null } | null {
    return this.#work.now && { what: this.#what, ...this.#work.now };
  }

  /** Counts what a rule would take, instead of what was counted before. */
  async try(rule: ReviewRule): Promise<void> {
    const { calls } = this.parts;
    this.tried = null;
    const found = await this.#during('trying', async (signal, onProgress) => {
      await this.parts.labels.flush();
      return calls.call('review.tryRule', rule, { signal, onProgress });
    });
    if (found) this.tried = found;
  }

  /** Accepts what a rule takes. What was accepted until it is cancelled stays, and is taken back as one step too. */
  async accept(rule: ReviewRule): Promise<void> {
    const { acts, notices } = this.parts;
    const taken = await this.#accept(rule);
    if (taken.length === 0) return;
    let ids = taken.map(({ decision }) => decision);
    const imageIds = taken.map(({ imageId }) => imageId);
    acts.add({
      images: imageIds,
      undo: () => this.#revoke(ids),
      redo: async () => void (ids = (await this.#accept({ ...rule, imageIds })).map(({ decision }) => decision)),
    });
    const pixels = taken.reduce((sum, each) => sum + each.pixels, 0);
    notices.info(
      `${pixels.toLocaleString('en')} pixels accepted in ${imageIds.length === 1 ? '1 image' : `${imageIds.length.toLocaleString('en')} images`}; Undo takes all of it back.`,
    );
    this.asking = false;
  }

  cancel(): void {
    this.#work.cancel();
  }

  /** The project is left. */
  clear(): void {
    this.cancel();
    this.asking = false;
    this.tried = null;
  }

  async #accept(rule: ReviewRule): Promise<{ imageId: number; pixels: number; decision: number }[]> {
    const { calls, decisions } = this.parts;
    const taken: { imageId: number; pixels: number; decision: number }[] = [];
    await this.#during('accepting', async (signal, onProgress) => {
      await this.parts.labels.flush();
      await calls.call('review.acceptByRule', rule, {
        signal,
        onProgress: ({ taken: one, ...progress }) => {
          if (one) taken.push(one);
          onProgress(progress);
        },
      });
    });
    decisions.corrections += taken.length;
    await this.#changed();
    return taken;
  }

  async #revoke(ids: readonly number[]): Promise<void> {
    await this.parts.labels.flush();
    await this.parts.calls.call('review.revokeAll', { ids: [...ids] });
    await this.#changed();
  }

  /** Labels of many images have changed in the library. */
  async #changed(): Promise<void> {
    const { images, project, shown, decisions } = this.parts;
    await project.refresh();
    await images.reload();
    await shown.reload();
    await decisions.refresh();
  }

  #during<T>(
    what: 'trying' | 'accepting',
    work: (signal: AbortSignal, onProgress: (progress: Progress) => void) => Promise<T>,
  ): Promise<T | null> {
    this.#what = what;
    return this.#work.run(work);
  }
}
