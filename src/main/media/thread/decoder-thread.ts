import { Worker } from 'node:worker_threads';
import { EspalierError, reasonOf } from '@shared/errors';
import { Peer } from '@shared/rpc';
import type { OwnDecoder } from '../own-decoder';

/** Decodes in a thread, which is started when it is first needed, and again after it ended: what was asked of it then fails. */
export class DecoderThread implements OwnDecoder {
  #thread: { readonly worker: Worker; readonly peer: Peer } | null = null;

  /** @param program the built `program.ts` */
  constructor(private readonly program: string) {}

  readonly check: OwnDecoder['check'] = (...params) => this.#ask('check', params);
  readonly pixels: OwnDecoder['pixels'] = (...params) => this.#ask('pixels', params);
  readonly extent: OwnDecoder['extent'] = (...params) => this.#ask('extent', params);
  readonly png: OwnDecoder['png'] = (...params) => this.#ask('png', params);

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#thread?.worker.terminate();
  }

  /** @throws EspalierError what the thread throws; CHILD_EXITED when it ends meanwhile */
  #ask<M extends keyof OwnDecoder>(method: M, params: Parameters<OwnDecoder[M]>): ReturnType<OwnDecoder[M]> {
    this.#thread ??= this.#start();
    return this.#thread.peer.callRaw(method, params) as ReturnType<OwnDecoder[M]>;
  }

  #start(): { worker: Worker; peer: Peer } {
    const worker = new Worker(this.program);
    const peer = new Peer({ post: (message) => worker.postMessage(message), onMessage: (listener) => worker.on('message', listener) });
    const end = (reason: string): void => {
      peer.close(new EspalierError('CHILD_EXITED', { child: 'decoder', reason }));
      if (this.#thread?.worker === worker) this.#thread = null;
    };
    worker.on('error', (error) => end(reasonOf(error)));
    worker.on('exit', (code) => end(`exit code ${code}`));
    return { worker, peer };
  }
}
