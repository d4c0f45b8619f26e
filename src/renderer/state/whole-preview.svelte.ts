import { Cancellable } from './cancellable.svelte';
import type { Images } from './images.svelte';
import type { Notices } from './notices.svelte';
import type { ProjectCalls } from './project-calls';

/** The preview of all images: what it says of each orders the list of images where there is no run. */
export class WholePreview extends Cancellable {
  constructor(
    private readonly calls: ProjectCalls,
    private readonly images: Images,
    notices: Notices,
  ) {
    super(notices);
  }

  /** Looks at all images, and lists those first that it is least sure of. */
  async make(): Promise<void> {
    if (this.now) return;
    await this.run(async (signal, onProgress) => {
      await this.calls.call('preview.all', null, { signal, onProgress });
      await this.images.labelling.choose({ sort: 'lowConfidence' });
    });
  }
}
