import type { Progress } from '@shared/protocol';
import { toEspalierError } from '@shared/errors';
import type { Images } from './images.svelte';
import type { Notices } from './notices.svelte';
import type { ProjectCalls } from './project-calls';

/** Images that are asked for at once: about as many as a first training wants. */
const COUNT = 12;

/** Images that are worth labelling first, found by looking at many of them. */
export class Suggestions {
  /** How far the looking is, while it goes on. */
  now = $state.raw<{ readonly progress: Progress | null } | null>(null);
  #controller: AbortController | null = null;

  constructor(
    private readonly calls: ProjectCalls,
    private readonly images: Images,
    private readonly notices: Notices,
  ) {}

  /** Suggests images in the place of those before, and lists them. */
  async make(): Promise<void> {
    if (this.now) return;
    this.now = { progress: null };
    const controller = (this.#controller = new AbortController());
    try {
      const onProgress = (progress: Progress): unknown => (this.now = { progress });
      await this.calls.call('suggestions.make', { count: COUNT }, { signal: controller.signal, onProgress });
      await this.images.labelling.choose({ filter: 'suggested', search: '' });
      if (this.images.active === this.images.labelling) await this.images.select(0);
    } catch (thrown) {
      if (toEspalierError(thrown).code !== 'CANCELLED') this.notices.error(thrown);
    } finally {
      if (this.#controller === controller) {
        this.#controller = null;
        this.now = null;
      }
    }
  }

  cancel(): void {
    this.#controller?.abort();
  }

  /** The project is left. */
  clear(): void {
    this.cancel();
    this.#controller = null;
    this.now = null;
  }
}
