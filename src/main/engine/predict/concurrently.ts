export interface Limits<T> {
  /** Items under way at once. */
  readonly items: number;
  /** Room for what is under way, in any unit; an item larger than that is worked on alone. */
  readonly room: number;
  readonly cost: (item: T) => number;
}

/**
 * Works on several items at once, so that one is being read or written while another keeps the processor busy.
 * @throws the first error, or the signal's reason when it is aborted; work under way has ended by then
 */
export async function concurrently<T>(
  items: Iterable<T>,
  limits: Limits<T>,
  work: (item: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const errors: unknown[] = [];
  let room = limits.room;
  for (const item of items) {
    const cost = Math.min(limits.cost(item), limits.room);
    while (running.size > 0 && (running.size >= limits.items || cost > room)) await Promise.race(running);
    if (errors.length > 0 || signal.aborted) break;
    room -= cost;
    const run = work(item)
      .catch((error: unknown) => void errors.push(error))
      .finally(() => {
        room += cost;
        running.delete(run);
      });
    running.add(run);
  }
  await Promise.all(running);
  signal.throwIfAborted();
  if (errors.length > 0) throw errors[0];
}
