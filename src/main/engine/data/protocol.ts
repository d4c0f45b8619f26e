import { EspalierError, type ErrorCode, type ErrorParams, toEspalierError } from '@shared/errors';
import type { LeftOut } from '@shared/run-news';
import type { Batch } from './batch';
import type { BatchPlan } from './plan';

/** What a batch worker is started with. */
export interface WorkerStart {
  readonly plan: BatchPlan;
  /** Memory for decoded images, bytes. */
  readonly cacheBytes: number;
}

/** One piece of work for a batch worker. */
export type WorkRequest =
  | { readonly id: number; readonly kind: 'step'; readonly step: number }
  | { readonly id: number; readonly kind: 'views'; readonly round: number; readonly index: number };

/** What a worker says: the answer to a request, or, with no request's number, that an image cannot be read. */
export type WorkMessage = WorkReply | { readonly id: null; readonly leftOut: LeftOut };

export type WorkReply =
  | { readonly id: number; readonly kind: 'step'; readonly batch: Batch }
  | { readonly id: number; readonly kind: 'views'; readonly views: Float32Array }
  | { readonly id: number; readonly kind: 'error'; readonly code: ErrorCode; readonly params: ErrorParams; readonly detail: string };

/** Errors lose their class between threads, so they travel as what they say. */
export function errorReply(id: number, error: unknown): WorkReply {
  const { code, params, cause, stack } = toEspalierError(error);
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : (stack ?? '');
  return { id, kind: 'error', code, params, detail };
}

export function errorOf({ code, params, detail }: Extract<WorkReply, { kind: 'error' }>): EspalierError {
  return new EspalierError(code, params, { cause: new Error(detail) });
}
