import { z } from 'zod';

/** Who answers a method. */
export type Owner = 'main' | 'library' | 'engine';

/** Who may call a method: a window's page too, or the host and the terminal alone. */
export type Caller = 'window' | 'host';

export interface MethodSpec {
  readonly owner: Owner;
  readonly caller: Caller;
  readonly params: z.ZodType;
  readonly progress: z.ZodType;
  readonly result: z.ZodType;
}

export const nothing = z.null();

/** For windows too. */
export function method<O extends Owner, P extends z.ZodType, R extends z.ZodType>(owner: O, params: P, result: R) {
  return { owner, caller: 'window', params, progress: nothing, result } as const;
}
export function longMethod<O extends Owner, P extends z.ZodType, G extends z.ZodType, R extends z.ZodType>(
  owner: O,
  params: P,
  progress: G,
  result: R,
) {
  return { owner, caller: 'window', params, progress, result } as const;
}
/** For the host and the terminal alone. */
export function hostMethod<O extends Owner, P extends z.ZodType, R extends z.ZodType>(owner: O, params: P, result: R) {
  return { owner, caller: 'host', params, progress: nothing, result } as const;
}
export function longHostMethod<O extends Owner, P extends z.ZodType, G extends z.ZodType, R extends z.ZodType>(
  owner: O,
  params: P,
  progress: G,
  result: R,
) {
  return { owner, caller: 'host', params, progress, result } as const;
}
