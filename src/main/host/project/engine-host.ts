import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { MethodOf, ParamsOf, ProgressOf, ResultOf } from '@shared/protocol';
import type { CallOptions } from '@shared/rpc';
import { Child } from '../process/child-host';

/**
 * Memory that is freed must not be kept. With more than one arena for its threads glibc keeps it many times over; and V8 would after some
 * hundred steps hold 32 MB for young objects, of which the engine, whose large arrays lie outside of its heap, has few.
 */
export const ENGINE_ENVIRONMENT = { MALLOC_ARENA_MAX: '1', NODE_OPTIONS: '--max-semi-space-size=2' } as const;

/** From this many cores on, one is left to the window. */
const CORES_TO_SPARE = 3;

/** Where none is, the engine steps aside from each gesture. */
const ASIDE = { after: 300, atMost: 30_000 } as const;

/** The engine child: started at its first use, and again after it ended. Its death rejects the calls in flight. */
export class EngineHost {
  readonly #cores = availableParallelism();
  readonly #sparesCore = this.#cores >= CORES_TO_SPARE;
  #child: Child | null = null;

  /**
   * @param besideWindow whether somebody works in a window while the engine computes
   * @param script the program that the engine is: another one for tests
   */
  constructor(
    private readonly log: (line: string) => void,
    private readonly besideWindow: boolean,
    private readonly script = join(__dirname, 'engine.js'),
  ) {}

  call<M extends MethodOf<'engine'>>(method: M, params: ParamsOf<M>, options?: CallOptions<ProgressOf<M>>): Promise<ResultOf<M>> {
    return this.#start().peer.call(method, params, options);
  }

  callRaw(method: string, params: unknown, options?: CallOptions): Promise<unknown> {
    return this.#start().peer.callRaw(method, params, options);
  }

  /** A gesture begins in the window, or has ended: an engine that leaves it no core of its own does nothing meanwhile. */
  stepAside(active: boolean): void {
    this.#child?.stepAside(active);
  }

  /** Ends the engine and frees its memory; the next call starts a fresh one. */
  kill(): void {
    this.#child?.kill();
    this.#child = null;
  }

  #start(): Child {
    if (!this.#child) {
      const child: Child = new Child({
        name: 'engine',
        script: this.script,
        env: this.#environment(),
        // Labelling must stay smooth while a run trains, so the engine is the process that waits.
        background: true,
        aside: this.besideWindow && !this.#sparesCore ? ASIDE : undefined,
        onLog: this.log,
        onEnd: () => {
          if (this.#child === child) this.#child = null;
        },
      });
      this.#child = child;
    }
    return this.#child;
  }

  #environment(): Record<string, string> {
    const spared = this.besideWindow && this.#sparesCore;
    return { ...ENGINE_ENVIRONMENT, ...(spared && { TF_NUM_INTRAOP_THREADS: String(this.#cores - 1) }) };
  }
}
