import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects everything that nobody holds any more, now (some tens of milliseconds). By itself V8 waits until a share of its heap has been
 * allocated anew, which in the engine, whose arrays lie outside of that heap, takes a thousand steps.
 */
export function collect(): void {
  gc ??= exposed();
  gc();
}

let gc: (() => void) | undefined;

/** V8's collector, which has a name only in contexts made after this flag is set. */
function exposed(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
