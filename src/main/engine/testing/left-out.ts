import type { LeftOut } from '@shared/run-news';

/** For tests in which every image can be read. */
export function unexpected({ name, reason }: LeftOut): never {
  throw new Error(`${name} was left out: ${reason}`);
}
