import type { ImageRecord } from '@shared/domain';
import type { LabelVersion } from '@shared/protocol';
import type { Images } from './images.svelte';
import type { LabelSessions } from './label-sessions.svelte';
import type { Notices } from './notices.svelte';
import type { ProjectCalls } from './project-calls';

/** The versions of an image's labels, while they are shown. */
export class LabelHistory {
  shown = $state.raw<{ readonly image: ImageRecord; readonly versions: readonly LabelVersion[] } | null>(null);

  constructor(
    private readonly calls: ProjectCalls,
    private readonly images: Images,
    private readonly labels: LabelSessions,
    private readonly notices: Notices,
  ) {}

  /** Shows those of the image meant, with what has just been painted. */
  async show(): Promise<void> {
    await this.notices.attempt(async () => {
      const image = await this.images.meant();
      if (!image) return;
      await (await this.labels.free(image)).settled();
      this.shown = { image, versions: await this.calls.call('labels.versions', { imageId: image.id }) };
    });
  }

  /** Makes a version the labels again, which can be undone as any step. */
  async restore(seq: number): Promise<void> {
    const image = this.shown?.image;
    this.shown = null;
    if (!image) return;
    await this.notices.attempt(async () => {
      const session = await this.labels.free(image);
      session.ask((revision) => this.calls.call('labels.restore', { imageId: image.id, revision, seq }));
    });
  }
}
