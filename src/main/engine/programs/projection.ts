import { EMBEDDING } from '@shared/run';
import { RandomStream } from '@shared/random';

/**
 * Random directions, the same ones always: distances between vectors projected on them are, but for a few tens of percent, those
 * between the vectors (Johnson and Lindenstrauss 1984).
 * @param size E, numbers in an embedding
 * @returns [E, channels], row-major
 */
export function projection(size: number): Float32Array {
  const random = new RandomStream('projection', size);
  return Float32Array.from({ length: size * EMBEDDING.channels }, () => random.normal() / Math.sqrt(EMBEDDING.channels));
}
