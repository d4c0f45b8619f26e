import { join } from 'node:path';
import { EspalierError, toEspalierError } from '@shared/errors';
import type { MethodOf, ParamsOf, ProgressOf, ProjectSummary, ResultOf } from '@shared/protocol';
import type { CallOptions } from '@shared/rpc';
import { Child, type Ending } from '../process/child-host';

export interface LibraryHostOptions {
  readonly log: (line: string) => void;
  /** The library ended unasked and is being started again with the same project. */
  readonly onRestart: (ending: Ending) => void;
}

/**
 * The library child and the project it has open. When the child dies, another one is started and the project opened again;
 * calls in flight fail with CHILD_EXITED, later ones wait for the new child. What the library had answered is on disk.
 */
export class LibraryHost {
  #child: Child | null = null;
  #open: { folder: string } | null = null;
  /** Settles when the child is ready for calls again. */
  #ready: Promise<unknown> = Promise.resolve();
  #closing = false;

  constructor(private readonly options: LibraryHostOptions) {}

  get folder(): string | null {
    return this.#open?.folder ?? null;
  }

  /** Opens a folder's project, creating it when `create` says with what. */
  async open(params: ParamsOf<'project.open'>): Promise<ProjectSummary> {
    const summary = await this.#start().peer.call('project.open', params);
    this.#open = { folder: params.folder };
    return summary;
  }

  async call<M extends MethodOf<'library'>>(method: M, params: ParamsOf<M>, options?: CallOptions<ProgressOf<M>>): Promise<ResultOf<M>> {
    await this.#ready;
    return this.#start().peer.call(method, params, options);
  }

  /** As `call`, tried once more when the library died meanwhile: only for what may happen twice. */
  async callAgain<M extends MethodOf<'library'>>(method: M, params: ParamsOf<M>): Promise<ResultOf<M>> {
    try {
      return await this.call(method, params);
    } catch (error) {
      if (toEspalierError(error).code !== 'CHILD_EXITED') throw error;
      return this.call(method, params);
    }
  }

  async callRaw(method: string, params: unknown, options?: CallOptions): Promise<unknown> {
    await this.#ready;
    return this.#start().peer.callRaw(method, params, options);
  }

  /** Lets the library finish what it is writing and end. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#child?.disconnect();
  }

  #start(): Child {
    if (this.#closing) throw new EspalierError('CANCELLED');
    this.#child ??= new Child({
      name: 'library',
      script: join(__dirname, 'library.js'),
      onLog: this.options.log,
      onEnd: (ending) => this.#ended(ending),
    });
    return this.#child;
  }

  #ended(ending: Ending): void {
    this.#child = null;
    if (this.#closing || !this.#open) return;
    const reopening = this.#start().peer.call('project.open', { folder: this.#open.folder, create: null });
    // A project that cannot be opened again fails the calls to come, which report it.
    this.#ready = reopening;
    reopening.catch((error: unknown) => this.options.log(`library: ${toEspalierError(error).message}`));
    this.options.onRestart(ending);
  }
}
