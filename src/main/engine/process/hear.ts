import { setImmediate } from 'node:timers/promises';

/** Lets this process hear its messages, among them that it shall stop: calls to TensorFlow block it. */
export async function yieldToMessages(): Promise<void> {
  await setImmediate();
}

/** Listens, then goes on. @throws the signal's reason when it is aborted */
export async function hear(signal: AbortSignal): Promise<void> {
  await yieldToMessages();
  signal.throwIfAborted();
}
