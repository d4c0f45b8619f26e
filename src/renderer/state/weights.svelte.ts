import { SvelteMap } from 'svelte/reactivity';
import { toEspalierError } from '@shared/errors';
import type { Progress } from '@shared/protocol';
import type { Peer } from '@shared/rpc';
import type { Backbone } from '@shared/settings';
import type { WeightsRecord } from '@shared/weights';
import type { Notices } from './notices.svelte';

/** What is going on with the weights of a backbone. */
export interface WeightsWork {
  readonly kind: 'download' | 'import' | 'remove';
  readonly progress: Progress | null;
  readonly controller: AbortController;
}

/** The pretrained weights of the backbones. Downloads go on when the dialog that began them is closed. */
export class Weights {
  list = $state.raw<readonly WeightsRecord[]>([]);
  readonly working = new SvelteMap<Backbone, WeightsWork>();
  /** Whether somebody reads `problem` and `outcome`; otherwise they are told as notices. */
  watched = $state(false);
  /** Why the last piece of work failed. */
  problem = $state<string | null>(null);
  /** What the last piece of work has done. */
  outcome = $state('');

  constructor(
    private readonly peer: Peer,
    private readonly notices: Notices,
  ) {}

  async load(): Promise<void> {
    this.list = await this.peer.call('weights.list', null);
  }

  /** Whether a run with this backbone must wait; false while that is not known. */
  isMissing(backbone: Backbone): boolean {
    return this.list.some((record) => record.backbone === backbone && record.state === 'missing');
  }

  download(backbone: Backbone): Promise<void> {
    return this.#work(backbone, 'download', async ({ controller: { signal } }) => {
      const onProgress = (progress: Progress): void => this.#show(backbone, progress);
      await this.peer.call('weights.download', { backbone }, { signal, onProgress });
      return `The weights of ${backbone} are installed.`;
    });
  }

  /** Ends a download; what has come is kept. */
  cancel(backbone: Backbone): void {
    this.working.get(backbone)?.controller.abort();
  }

  /** Asks for a file; main does. */
  import(backbone: Backbone): Promise<void> {
    return this.#work(backbone, 'import', async () => {
      const record = await this.peer.call('weights.import', { backbone });
      return record ? `The weights of ${backbone} are installed, from ${record.source}.` : '';
    });
  }

  remove(backbone: Backbone): Promise<void> {
    return this.#work(backbone, 'remove', async () => {
      await this.peer.call('weights.remove', { backbone });
      return `The weights of ${backbone} are removed.`;
    });
  }

  async #work(backbone: Backbone, kind: WeightsWork['kind'], work: (work: WeightsWork) => Promise<string>): Promise<void> {
    if (this.working.has(backbone)) return;
    const begun = { kind, progress: null, controller: new AbortController() };
    this.working.set(backbone, begun);
    this.#tell(null, '');
    try {
      this.#tell(null, await work(begun));
    } catch (thrown) {
      const error = toEspalierError(thrown);
      if (error.code === 'CANCELLED') this.#tell(null, `Stopped; what has come of ${backbone} is kept.`);
      else this.#tell(error.message, '');
    } finally {
      this.working.delete(backbone);
      await this.notices.attempt(() => this.load());
    }
  }

  #show(backbone: Backbone, progress: Progress): void {
    const work = this.working.get(backbone);
    if (work) this.working.set(backbone, { ...work, progress });
  }

  #tell(problem: string | null, outcome: string): void {
    this.problem = problem;
    this.outcome = outcome;
    if (this.watched) return;
    if (problem) this.notices.failure(problem);
    if (outcome) this.notices.info(outcome);
  }
}
