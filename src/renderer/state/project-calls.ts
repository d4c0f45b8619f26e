import { EspalierError } from '@shared/errors';
import type { MethodName, ParamsOf, ProgressOf, ResultOf } from '@shared/protocol';
import type { CallOptions, Peer } from '@shared/rpc';
import { Emitter } from '../editor/emitter';

/**
 * Calls about the open project. Leaving it cancels those under way and refuses new ones until the next is entered: ids and answers of one
 * project never reach another.
 */
export class ProjectCalls {
  /** From here on nothing asks about the project any more, nor is an answer about it heard. */
  readonly leaving = new Emitter();
  #stay = new AbortController();

  constructor(private readonly peer: Pick<Peer, 'call'>) {
    this.#stay.abort();
  }

  /** Aborted when the project that is open now is left: whoever goes on after an answer asks it whether there is still a use in it. */
  get left(): AbortSignal {
    return this.#stay.signal;
  }

  /** A project is open now, or the one that was left still is. */
  enter(): void {
    this.#stay = new AbortController();
  }

  leave(): void {
    this.#stay.abort();
    this.leaving.emit();
  }

  /** As a peer calls. @throws EspalierError CANCELLED when the project was left meanwhile, or none is open */
  async call<M extends MethodName>(method: M, params: ParamsOf<M>, options: CallOptions<ProgressOf<M>> = {}): Promise<ResultOf<M>> {
    const { left } = this;
    const { signal, onProgress } = options;
    const answer = await settled(
      this.peer.call(method, params, {
        signal: signal ? either(signal, left) : left,
        onProgress: onProgress && ((progress) => left.aborted || onProgress(progress)),
      }),
    );
    // Whatever came of it concerns nobody any more.
    if (left.aborted) throw new EspalierError('CANCELLED');
    return answer();
  }
}

/** How a promise ended, to be asked for later. */
async function settled<T>(promise: Promise<T>): Promise<() => T> {
  try {
    const value = await promise;
    return () => value;
  } catch (thrown) {
    return () => {
      throw thrown;
    };
  }
}

/** Aborted with either of two signals. (`AbortSignal.any` is younger than the oldest Chromium that the window runs in.) */
function either(one: AbortSignal, other: AbortSignal): AbortSignal {
  const controller = new AbortController();
  for (const signal of [one, other]) {
    const abort = (): void => controller.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true, signal: controller.signal });
  }
  return controller.signal;
}
