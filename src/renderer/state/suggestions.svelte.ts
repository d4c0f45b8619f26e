import { Cancellable } from './cancellable.svelte';
import type { Images } from './images.svelte';
import type { Notices } from './notices.svelte';
import type { ProjectCalls } from './project-calls';

/** Images that are asked for at once: about as many as a first training wants. */
const COUNT = 12;

/** Images that are worth labelling first, found by looking at many of them. */
export class Suggestions extends Cancellable {
  constructor(
    private readonly calls: ProjectCalls,
    private readonly images: Images,
    notices: Notices,
  ) {
    super(notices);
  }

  /** Suggests images in the place of those before, and lists them. */
  async make(): Promise<void> {
    if (this.now) return;
    await this.run(async (signal, onProgress) => {
      await this.calls.call('suggestions.make', { count: COUNT }, { signal, onProgress });
      await this.images.labelling.choose({ filter: 'suggested', search: '' });
      if (this.images.active === this.images.labelling) await this.images.select(0);
    });
  }
}
