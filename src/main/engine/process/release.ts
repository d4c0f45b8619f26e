/**
 * Gives the memory of arrays back to the system at once, where that of arrays nobody holds any more waits for the next collection.
 * They are empty afterwards, and so are all that share their memory.
 */
export function release(arrays: Iterable<Float32Array>): void {
  for (const { buffer } of arrays) if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}
