import { basename } from 'node:path';
import { EspalierError } from '@shared/errors';

/** Images with more pixels are refused from their header, before anything is allocated. */
export const PIXEL_LIMIT = 500_000_000;

/** Bytes that all files being decoded by this process may take together. A file that needs more by itself is refused. */
export const DECODE_BYTES = 4 * 2 ** 30;

/** @throws EspalierError IMAGE_TOO_LARGE */
export function checkPixels(file: string, width: number, height: number): void {
  if (width * height <= PIXEL_LIMIT) return;
  throw new EspalierError('IMAGE_TOO_LARGE', { name: basename(file), width, height, limit: PIXEL_LIMIT / 1e6 });
}

/** @throws EspalierError IMAGE_MEMORY when reading a file takes more bytes than there are for all */
export function checkBytes(file: string, bytes: number, limit: number = DECODE_BYTES): void {
  if (bytes <= limit) return;
  const inGigabytes = (size: number): number => Number((size / 2 ** 30).toPrecision(2));
  throw new EspalierError('IMAGE_MEMORY', { name: basename(file), needed: inGigabytes(bytes), limit: inGigabytes(limit) });
}

interface Waiting {
  readonly bytes: number;
  readonly begin: () => void;
}

/** Memory that is lent in the order in which it was asked for. */
export class MemoryBudget {
  #free: number;
  readonly #waiting: Waiting[] = [];

  constructor(readonly limit: number) {
    this.#free = limit;
  }

  /**
   * Does something that takes `bytes` at its peak, as soon as they are free. It must not ask for more meanwhile: it might wait for itself.
   * @throws EspalierError IMAGE_MEMORY when they exceed the budget
   */
  async use<T>(file: string, bytes: number, work: () => Promise<T>): Promise<T> {
    checkBytes(file, bytes, this.limit);
    if (this.#waiting.length > 0 || bytes > this.#free) {
      await new Promise<void>((begin) => this.#waiting.push({ bytes, begin }));
    } else {
      this.#free -= bytes;
    }
    try {
      return await work();
    } finally {
      this.#free += bytes;
      this.#lend();
    }
  }

  #lend(): void {
    for (let next = this.#waiting[0]; next && next.bytes <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.bytes;
      next.begin();
    }
  }
}

/** The budget of this process. */
export const decodeMemory = new MemoryBudget(DECODE_BYTES);
