import { RandomStream } from '@shared/random';

/** A reproducible source of numbers in [0, 1). */
export function random(seed: number): () => number {
  const stream = new RandomStream(seed);
  return () => stream.uniform();
}

/** Whether two arrays hold the same numbers; much faster than a deep comparison. */
export function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
