import type { BackbonePace } from '@shared/backbone-pace';
import type { Progress } from '@shared/protocol';
import type { Peer } from '@shared/rpc';
import type { Notices } from './notices.svelte';

/** How fast the backbones are on this computer. */
export class Paces {
  /** As measured, now or before; null: not yet. */
  list = $state.raw<readonly BackbonePace[] | null>(null);
  /** While they are being measured. */
  measuring = $state.raw<Pick<Progress, 'done' | 'total'> | null>(null);

  constructor(
    private readonly peer: Peer,
    private readonly notices: Notices,
  ) {}

  async load(): Promise<void> {
    this.list ??= await this.peer.call('backbones.paces', null);
  }

  async measure(): Promise<void> {
    if (this.measuring) return;
    this.measuring = { done: 0, total: 0 };
    try {
      await this.notices.attempt(async () => {
        this.list = await this.peer.call('backbones.measure', null, { onProgress: (progress) => (this.measuring = progress) });
      });
    } finally {
      this.measuring = null;
    }
  }
}
