import { untrack } from 'svelte';
import { toEspalierError } from '@shared/errors';
import type { Embedding } from '../editor/snap/embedding';
import type { Images } from './images.svelte';
import type { ProjectCalls } from './project-calls';
import type { Runs } from './runs.svelte';
import type { ShownImage } from './shown-image.svelte';

/** What the newest run's teacher sees of the image shown. */
export class ImageEmbedding {
  /** Null while it is being read. */
  now = $state.raw<Embedding | null>(null);
  /** Why there is none though a run has finished. */
  missing = $state<string | null>(null);

  /** @param wanted whether a tool needs it now */
  constructor(
    private readonly shown: ShownImage,
    private readonly images: Images,
    private readonly calls: ProjectCalls,
    runs: Runs,
    wanted: () => boolean,
  ) {
    $effect.root(() => {
      const runId = $derived(runs.reviewable?.id ?? null);
      $effect(() => {
        if (!wanted() || runId === null || shown.target === null) return;
        untrack(() => void this.#read(runId));
        return () => (this.now = null);
      });
    });
  }

  async #read(runId: string): Promise<void> {
    const { target } = this.shown;
    const image = this.images.current;
    this.missing = null;
    if (image?.status !== 'ok') return;
    try {
      const embedding = await this.calls.call('predictions.embedding', { runId, imageId: image.id });
      if (this.shown.target === target) this.now = embedding;
    } catch (thrown) {
      if (this.shown.target === target) this.missing = toEspalierError(thrown).message;
    }
  }
}
