import type { Port } from '@shared/rpc';

/**
 * For tests: two ports joined back to back. Messages are cloned, as between processes.
 * @param deliver calls back when a message is to arrive: `queueMicrotask` at once, `setImmediate` after what else is due
 */
export function portPair(deliver: (arrive: () => void) => unknown): [Port, Port] {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const port = (mine: number): Port => ({
    post: (message) => {
      const copy = structuredClone(message);
      deliver(() => listeners[1 - mine]!.forEach((listener) => listener(copy)));
    },
    onMessage: (listener) => listeners[mine]!.push(listener),
  });
  return [port(0), port(1)];
}
