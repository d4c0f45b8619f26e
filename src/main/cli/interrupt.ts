import type { CommandContext } from './command';

/** Lets Ctrl-C stop the run whose outcome is waited for; its last checkpoint is kept. */
export async function stoppedByInterrupt<T>({ project, signal }: CommandContext, outcome: Promise<T>): Promise<T> {
  const stop = (): void => project.training.stop('stop');
  signal.addEventListener('abort', stop);
  try {
    return await outcome;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
