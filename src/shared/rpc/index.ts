import { z } from 'zod';
import { EspalierError, MESSAGES, toEspalierError, type ErrorCode } from '../errors';
import {
  events,
  isMethod,
  methods,
  type EventName,
  type MethodName,
  type ParamsOf,
  type PayloadOf,
  type ProgressOf,
  type ResultOf,
} from '../protocol';
import { Answer } from './answer';

/** Anything that carries structured-clonable messages both ways, in order. */
export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** Hears of progress. What it returns may be a promise: whoever tells much waits for it, since so long nothing more can be taken in. */
export type OnProgress<G = unknown> = (progress: G) => unknown;

export interface CallOptions<G = unknown> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress<G> | undefined;
}

export interface CallContext<G = unknown> {
  readonly signal: AbortSignal;
  readonly progress: OnProgress<G>;
}

export type Handler<M extends MethodName> = (
  params: ParamsOf<M>,
  context: CallContext<ProgressOf<M>>,
) => Promise<ResultOf<M>> | ResultOf<M>;
export type Handlers<M extends MethodName> = { readonly [K in M]: Handler<K> };

/** Answers calls whose parameters it has not looked at: the router's view. */
export type RawHandler = (method: string, params: unknown, context: CallContext) => Promise<unknown>;

const ErrorMessage = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  detail: z.string(),
});
const id = z.number().int();
const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id, method: z.string(), params: z.unknown() }),
  z.object({ type: z.literal('abort'), id }),
  z.object({ type: z.literal('progress'), id, value: z.unknown() }),
  /** Whether whoever called can take in more progress. */
  z.object({ type: z.literal('wanted'), id, wanted: z.boolean() }),
  z.object({ type: z.literal('result'), id, value: z.unknown() }),
  z.object({ type: z.literal('error'), id, error: ErrorMessage }),
  z.object({ type: z.literal('event'), name: z.string(), value: z.unknown() }),
]);

/** Messages about a call that get no answer. */
const UNANSWERED: readonly unknown[] = ['abort', 'progress', 'wanted'] satisfies readonly z.output<typeof Message>['type'][];

/** What can be made of a message that is malformed otherwise. */
const Numbered = z.object({ id, type: z.unknown().optional() });

interface Pending {
  readonly method: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: OnProgress | undefined;
  /** Pieces of progress that are being taken in. */
  taking: number;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(MESSAGES, code);
}

/**
 * Validates a value at a receiving edge.
 * @throws EspalierError INVALID_MESSAGE naming the failing path
 */
export function validate<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = [where, ...issue.path.map(String)].join('.');
  throw new EspalierError('INVALID_MESSAGE', { path }, { cause: parsed.error });
}

/**
 * One end of a port: calls the other end's methods, answers its own, sends and hears events. Whatever the other end sends, nothing is
 * thrown where its messages are heard: that would end, or freeze, the whole process.
 */
export class Peer {
  #next = 1;
  readonly #pending = new Map<number, Pending>();
  readonly #running = new Map<number, Answer>();
  readonly #listeners = new Map<string, Set<(payload: unknown) => void>>();
  #closed: EspalierError | null = null;

  constructor(
    private readonly port: Port,
    private readonly handler: RawHandler | null = null,
    /** Hears of what was malformed, or failed where nobody waits for an answer. */
    private readonly onFault: (error: EspalierError) => void = (error) => console.error(error.message, error.cause),
  ) {
    port.onMessage((message) => this.#receive(message));
  }

  /** Calls a method of the other end; the result is validated. Rejects with an EspalierError. */
  async call<M extends MethodName>(method: M, params: ParamsOf<M>, options: CallOptions<ProgressOf<M>> = {}): Promise<ResultOf<M>> {
    const spec = methods[method];
    const onProgress = options.onProgress;
    const value = await this.callRaw(method, params, {
      signal: options.signal,
      onProgress: onProgress && ((g) => onProgress(validate(spec.progress, g, `${method}.progress`) as ProgressOf<M>)),
    });
    return validate(spec.result, value, `${method}.result`) as ResultOf<M>;
  }

  /** Calls without looking at parameters or result: for forwarding. */
  callRaw(method: string, params: unknown, options: CallOptions = {}): Promise<unknown> {
    if (this.#closed) return Promise.reject(this.#closed);
    if (options.signal?.aborted) return Promise.reject(new EspalierError('CANCELLED'));
    const call = this.#next++;
    return new Promise<unknown>((resolve, reject) => {
      const abort = (): void => this.port.post({ type: 'abort', id: call });
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T): void => {
          options.signal?.removeEventListener('abort', abort);
          then(value);
        };
      const { onProgress } = options;
      this.#pending.set(call, { method, resolve: settle(resolve), reject: settle(reject), onProgress, taking: 0 });
      options.signal?.addEventListener('abort', abort);
      this.port.post({ type: 'call', id: call, method, params });
    });
  }

  send<E extends EventName>(name: E, payload: PayloadOf<E>): void {
    if (!this.#closed) this.port.post({ type: 'event', name, value: payload });
  }

  /** Hears an event of the other end; returns how to stop hearing it. */
  on<E extends EventName>(name: E, listener: (payload: PayloadOf<E>) => void): () => void {
    const heard = (payload: unknown): void => listener(validate(events[name], payload, name) as PayloadOf<E>);
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set.add(heard));
    return () => set.delete(heard);
  }

  /** Rejects everything pending and to come: the other end is gone. Work running here is aborted. */
  close(error: EspalierError): void {
    this.#closed = error;
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
    for (const running of this.#running.values()) running.abort();
  }

  #receive(raw: unknown): void {
    let message: z.output<typeof Message>;
    try {
      message = validate(Message, raw, 'message');
    } catch (thrown) {
      const error = this.#fault(thrown);
      const about = Numbered.safeParse(raw).data;
      if (about?.type === 'result' || about?.type === 'error') this.#settle(about.id)?.reject(error);
      else if (about && !UNANSWERED.includes(about.type)) this.#refuse(about.id, error);
      return;
    }
    switch (message.type) {
      case 'call':
        void this.#answer(message.id, message.method, message.params);
        break;
      case 'abort':
        this.#running.get(message.id)?.abort();
        break;
      case 'progress':
        this.#attempt(() => this.#take(message.id, message.value));
        break;
      case 'wanted':
        this.#running.get(message.id)?.want(message.wanted);
        break;
      case 'event':
        for (const listener of this.#listeners.get(message.name) ?? []) this.#attempt(() => listener(message.value));
        break;
      case 'result':
      case 'error': {
        const pending = this.#settle(message.id);
        if (message.type === 'result') pending?.resolve(message.value);
        else pending?.reject(errorFrom(message.error));
      }
    }
  }

  /** Takes in progress. The other end is to wait while any takes its time. */
  #take(call: number, value: unknown): void {
    const pending = this.#pending.get(call);
    const taken = pending?.onProgress?.(value);
    if (!pending || !(taken instanceof Promise)) return;
    if (pending.taking++ === 0) this.port.post({ type: 'wanted', id: call, wanted: false });
    void taken
      .catch((thrown: unknown) => this.#fault(thrown))
      .then(() => {
        if (--pending.taking === 0 && this.#pending.has(call)) this.port.post({ type: 'wanted', id: call, wanted: true });
      });
  }

  #settle(call: number): Pending | undefined {
    const pending = this.#pending.get(call);
    this.#pending.delete(call);
    return pending;
  }

  async #answer(call: number, method: string, params: unknown): Promise<void> {
    const answer = new Answer();
    this.#running.set(call, answer);
    try {
      if (!this.handler) throw new EspalierError('UNKNOWN_METHOD', { method });
      const progress = (value: unknown): unknown => {
        if (!this.#closed) this.port.post({ type: 'progress', id: call, value });
        return answer.pause;
      };
      const value = await this.handler(method, params, { signal: answer.signal, progress });
      if (!this.#closed) this.port.post({ type: 'result', id: call, value });
    } catch (thrown) {
      this.#refuse(call, toEspalierError(thrown));
    } finally {
      this.#running.delete(call);
    }
  }

  #refuse(call: number, error: EspalierError): void {
    const detail = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : '';
    if (!this.#closed) this.port.post({ type: 'error', id: call, error: { code: error.code, params: { ...error.params }, detail } });
  }

  #attempt(listen: () => void): void {
    try {
      listen();
    } catch (thrown) {
      this.#fault(thrown);
    }
  }

  #fault(thrown: unknown): EspalierError {
    const error = toEspalierError(thrown);
    this.onFault(error);
    return error;
  }
}

function errorFrom(error: z.output<typeof ErrorMessage>): EspalierError {
  const code = isErrorCode(error.code) ? error.code : 'UNEXPECTED';
  const params = code === error.code ? error.params : { detail: error.code };
  return new EspalierError(code, params, { cause: error.detail });
}

/** Answers the methods of one owner: parameters are validated here, at the receiving edge. */
export function serve<M extends MethodName>(handlers: Handlers<M>): RawHandler {
  return async (method, params, context) => {
    if (!isMethod(method) || !Object.hasOwn(handlers, method)) throw new EspalierError('UNKNOWN_METHOD', { method });
    const handler = handlers[method as M] as (params: unknown, context: CallContext) => unknown;
    return handler(validate(methods[method].params, params, `${method}.params`), context);
  };
}
