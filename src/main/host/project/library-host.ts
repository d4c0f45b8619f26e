import { join } from 'node:path';
import { EspalierError, toEspalierError } from '@shared/errors';
import type { MethodOf, OpenedProject, ParamsOf, Progress, ProgressOf, ResultOf, Verification } from '@shared/protocol';
import type { CallOptions } from '@shared/rpc';
import { Child, type Ending } from '../process/child-host';

export interface LibraryHostOptions {
  readonly log: (line: string) => void;
  /** A project was opened, or opened again; its warnings are for the user. */
  readonly onOpen?: (opened: OpenedProject) => void;
  /** The library ended unasked, was started again, and has the same project open. */
  readonly onRestart: (ending: Ending) => void;
  /** The library ended unasked and the project could not be opened again: none is open any more. */
  readonly onLost: (error: EspalierError) => void;
  /** The program of the child; by default the one built beside this. */
  readonly script?: string;
  /** By default the time of the clock. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  readonly now?: () => number;
}

/** Milliseconds before the library is started again, by how often it has died in a row; after the last it is given up. */
export const RESTART_PAUSES = [0, 500, 1000, 2000, 4000] as const;
/** Deaths further apart than this are not in a row, milliseconds. */
const IN_A_ROW = 60_000;

/**
 * The library child, and the one owner of the project it has open: what is open here is opened again when the child dies, with growing
 * pauses and not forever; what was closed, or given up, never is. Calls in flight fail with CHILD_EXITED, later ones wait for
 * the new child. What the library had answered is on disk.
 */
export class LibraryHost {
  #child: Child | null = null;
  /** The folder of the open project. */
  #folder: string | null = null;
  /** Settles when the child is ready for calls again, or there is nothing to wait for. */
  #ready: Promise<void> = Promise.resolve();
  #reopening: AbortController | null = null;
  /** When the library died last, and how often in a row. */
  #died = { at: -Infinity, times: 0 };
  #closing = false;

  constructor(private readonly options: LibraryHostOptions) {}

  get folder(): string | null {
    return this.#folder;
  }

  /** Opens a folder's project, creating it when `create` says with what. Asked for by the user, so it starts a new count of deaths. */
  async open(params: ParamsOf<'project.open'>): Promise<OpenedProject> {
    this.#stopReopening();
    this.#died = { at: -Infinity, times: 0 };
    // Opening the same folder closes it first; a failure to open another leaves the one that is open.
    if (params.folder === this.#folder) this.#folder = null;
    const opened = await this.#start().peer.call('project.open', params);
    this.#folder = params.folder;
    this.options.onOpen?.(opened);
    return opened;
  }

  /** Closes the project; the child stays. */
  async closeProject(): Promise<void> {
    this.#stopReopening();
    this.#folder = null;
    if (this.#child) await this.#child.peer.call('project.close', null);
  }

  /** Restores a backup of a folder's project, which is closed then. */
  async restore(params: ParamsOf<'project.restore'>): Promise<ResultOf<'project.restore'>> {
    await this.closeProject();
    return this.#start().peer.call('project.restore', params);
  }

  /** Looks for faults in a folder's project, which is closed then. */
  async verify(params: ParamsOf<'project.verify'>, options?: CallOptions<Progress>): Promise<Verification> {
    await this.closeProject();
    return this.#start().peer.call('project.verify', params, options);
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
    this.#stopReopening();
    await this.#child?.disconnect();
  }

  #start(): Child {
    if (this.#closing) throw new EspalierError('CANCELLED');
    this.#child ??= new Child({
      name: 'library',
      script: this.options.script ?? join(__dirname, 'library.js'),
      onLog: this.options.log,
      onEnd: (ending) => this.#ended(ending),
    });
    return this.#child;
  }

  #ended(ending: Ending): void {
    this.#child = null;
    const now = (this.options.now ?? Date.now)();
    this.#died = { at: now, times: now - this.#died.at < IN_A_ROW ? this.#died.times + 1 : 1 };
    // One that dies while it is opening is told by the call that opens.
    if (this.#closing || this.#folder === null || this.#reopening) return;
    const reopening = new AbortController();
    this.#reopening = reopening;
    this.#ready = this.#reopen(this.#folder, ending, reopening.signal).finally(() => {
      if (this.#reopening === reopening) this.#reopening = null;
    });
  }

  /** Never rejects: calls that waited find the project open, or none. */
  async #reopen(folder: string, ending: Ending, stopped: AbortSignal): Promise<void> {
    const wait = this.options.wait ?? ((ms: number) => new Promise((resolve) => setTimeout(resolve, ms)));
    for (;;) {
      const pause = RESTART_PAUSES[this.#died.times - 1];
      if (pause === undefined) {
        return this.#lose(new EspalierError('LIBRARY_FAILING', { count: this.#died.times, reason: wordsOf(ending), folder }));
      }
      await wait(pause);
      if (stopped.aborted) return;
      try {
        const opened = await this.#start().peer.call('project.open', { folder, create: null });
        if (stopped.aborted) return;
        this.options.onOpen?.(opened);
        this.options.onRestart(ending);
        return;
      } catch (thrown) {
        if (stopped.aborted) return;
        const error = toEspalierError(thrown);
        this.options.log(`library: ${error.message}`);
        if (error.code !== 'CHILD_EXITED') return this.#lose(error);
      }
    }
  }

  #lose(error: EspalierError): void {
    this.#folder = null;
    this.options.onLost(error);
  }

  #stopReopening(): void {
    this.#reopening?.abort();
    this.#reopening = null;
    this.#ready = Promise.resolve();
  }
}

/** How a child ended, for the brackets of a sentence. */
export function wordsOf(ending: Ending): string {
  return ending.kind === 'crash' ? ending.reason : ending.kind;
}
