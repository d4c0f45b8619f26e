import type { Progress } from '@shared/protocol';
import { toEspalierError } from '@shared/errors';
import type { Images } from './images.svelte';
import type { Notices } from './notices.svelte';
import type { ProjectCalls } from './project-calls';

/** The preview of all images: what it says of each orders the list of images where there is no run. */
export class WholePreview {
  /** How far it is, while it goes on. */
  now = $state.raw<{ readonly progress: Progress | null } | null>(null);
  #controller: AbortController | null = null;

  constructor(
    private readonly calls: ProjectCalls,
    private readonly images: Images,
    private readonly notices: Notices,
  ) {}

  /** Looks at all images, and lists those first that it is least sure of. */
  async make(): Promise<void> {
    if (this.now) return;
    this.now = { progress: null };
    const controller = (this.#controller = new AbortController());
    try {
      const onProgress = (progress: Progress): unknown => (this.now = { progress });
      await this.calls.call('preview.all', null, { signal: controller.signal, onProgress });
      await this.images.labelling.choose({ sort: 'lowConfidence' });
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
