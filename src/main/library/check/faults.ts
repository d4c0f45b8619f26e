import { messageOf, type ErrorCode, type ErrorParams } from '@shared/errors';
import type { Fault } from '@shared/protocol';

/** A fault that was found. `repair` is there where something can be done about it that loses nothing which can still be read. */
export interface FoundFault {
  readonly code: Fault['code'];
  readonly sentence: string;
  readonly repair: (() => void | Promise<void>) | null;
}

export function fault(code: ErrorCode, params: ErrorParams, repair: FoundFault['repair'] = null): FoundFault {
  return { code, sentence: messageOf(code, params), repair };
}
