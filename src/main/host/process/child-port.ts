import type { Port } from '@shared/rpc';

/**
 * The port of a child process to the process that forked it. The child ends when its parent does:
 * nobody is left to answer to, and the database must be free for the next one.
 */
export function childPort(): Port {
  const post = process.send?.bind(process);
  if (!post) throw new Error('this file runs as a child process of Espalier');
  process.on('disconnect', () => process.exit(0));
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
