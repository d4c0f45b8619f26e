import type { Learning as Status, PayloadOf } from '@shared/protocol';
import type { Peer } from '@shared/rpc';
import type { Notices } from './notices.svelte';
import type { Plan } from './plan.svelte';
import type { ShownImage } from './shown-image.svelte';
import type { Images } from './images.svelte';

/** Keep learning: rounds in the background while one labels. */
export class Learning {
  status = $state.raw<Status | null>(null);
  /** Between the click and the answer. */
  switching = $state(false);

  constructor(
    private readonly peer: Peer,
    private readonly plan: Plan,
    private readonly notices: Notices,
    images: Images,
    image: ShownImage,
  ) {
    $effect.root(() => {
      $effect(() => {
        const imageId = image.target === null ? null : (images.current?.id ?? null);
        if (this.on) void notices.attempt(() => peer.call('learning.look', { imageId }));
      });
    });
  }

  get on(): boolean {
    return this.status !== null;
  }

  async load(): Promise<void> {
    this.status = await this.peer.call('learning.status', null);
  }

  /** Begins rounds of the plan, or ends them. */
  async toggle(): Promise<void> {
    const { scratch, shown } = this.plan;
    if (this.switching || (!this.on && !scratch)) return;
    this.switching = true;
    try {
      if (this.on) await this.peer.call('learning.stop', null);
      else await this.peer.call('learning.start', { settings: scratch!, from: shown.from });
    } finally {
      this.switching = false;
    }
  }

  changed({ learning, reason }: PayloadOf<'learning.changed'>): void {
    this.status = learning;
    if (reason !== null) this.notices.failure(reason);
  }
}
