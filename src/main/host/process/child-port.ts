import type { Port } from '@shared/rpc';

/** How long a child that is to end may take over it, milliseconds. What it has answered is kept all the same. */
const TIME_TO_END = 20_000;

/**
 * The port of a child process to the process that forked it. The child ends when its parent does: nobody is left to answer to, and the
 * database must be free for the next one.
 * @param atEnd what must be done before the end, also one that a signal asks for; without it a signal ends the child at once
 */
export function childPort(atEnd: (() => Promise<unknown>) | null = null): Port {
  const post = process.send?.bind(process);
  if (!post) throw new Error('this file runs as a child process of Espalier');
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), TIME_TO_END).unref();
    void (atEnd?.() ?? Promise.resolve()).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('disconnect', end);
  if (atEnd) for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  // Ctrl-C in a terminal reaches every process of the group; what it means is for the parent to say.
  process.on('SIGINT', () => undefined);
  return {
    post: (message) => {
      if (process.connected) post(message);
    },
    onMessage: (listener) => {
      process.on('message', listener);
    },
  };
}
