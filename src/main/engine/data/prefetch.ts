import { Worker } from 'node:worker_threads';
import type { Batch } from './batch';
import type { BatchPlan } from './plan';
import type { OnLeftOut } from './left-out';
import { errorOf, type WorkerStart, type WorkMessage, type WorkReply, type WorkRequest } from './protocol';

export interface PrefetchOptions {
  /** The built worker entry. */
  readonly workerFile: string;
  readonly threads: number;
  /** Batches prepared before they are asked for. */
  readonly ahead: number;
  /** Memory for decoded images, all threads together, bytes. */
  readonly cacheBytes: number;
  /** Each thread tells of the images that it could not read. */
  readonly onLeftOut: OnLeftOut;
}

interface Pending {
  readonly resolve: (reply: WorkReply) => void;
  readonly reject: (error: Error) => void;
}

/** Keeps worker threads decoding and augmenting ahead of the trainer. */
export class Prefetcher {
  readonly #workers: readonly Worker[];
  readonly #pending = new Map<number, Pending>();
  readonly #queue: Promise<Batch>[] = [];
  #nextId = 0;
  #failure: Error | null = null;

  /** @param nextStep the first step to prepare: 0, or where a run is continued */
  constructor(
    plan: BatchPlan,
    private nextStep: number,
    private readonly options: PrefetchOptions,
  ) {
    const start: WorkerStart = { plan, cacheBytes: options.cacheBytes / options.threads };
    this.#workers = Array.from({ length: options.threads }, () => this.#start(start));
  }

  /**
   * The batch of the next step, in order.
   * @throws EspalierError NONE_READABLE; every later call fails too
   */
  next(): Promise<Batch> {
    while (this.#queue.length < Math.max(1, this.options.ahead)) this.#prepare();
    const batch = this.#queue.shift()!;
    this.#prepare();
    return batch;
  }

  /** Weak views apart from those of any step: see `BatchMaker.views`. */
  async views(round: number, index: number): Promise<Float32Array> {
    const reply = await this.#send((id) => ({ id, kind: 'views', round, index }));
    if (reply.kind !== 'views') throw new Error(`A batch worker answered ${reply.kind} to views`);
    return reply.views;
  }

  /** Ends the threads; batches under way are dropped. */
  async close(): Promise<void> {
    this.#fail(new Error('The prefetcher is closed'));
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #prepare(): void {
    const step = this.nextStep++;
    const batch = this.#send((id) => ({ id, kind: 'step', step })).then((reply) => {
      if (reply.kind !== 'step') throw new Error(`A batch worker answered ${reply.kind} to step`);
      return reply.batch;
    });
    batch.catch((error: Error) => this.#fail(error)); // also when nobody waits for it yet
    this.#queue.push(batch);
  }

  #send(request: (id: number) => WorkRequest): Promise<WorkReply> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#pending.set(id, { resolve, reject });
      this.#workers[id % this.#workers.length]!.postMessage(request(id));
    });
  }

  #start(workerData: WorkerStart): Worker {
    const worker = new Worker(this.options.workerFile, { workerData });
    worker.on('message', (reply: WorkMessage) => {
      if (reply.id === null) return this.options.onLeftOut(reply.leftOut);
      const pending = this.#pending.get(reply.id);
      this.#pending.delete(reply.id);
      if (reply.kind === 'error') pending?.reject(errorOf(reply));
      else pending?.resolve(reply);
    });
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', (code) => this.#fail(new Error(`A batch worker ended with code ${code}`)));
    return worker;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
  }
}
