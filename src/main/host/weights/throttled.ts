import { Pace } from '@shared/pace';
import type { Progress } from '@shared/protocol';

/** Bytes come in many small pieces; nobody reads faster than this. */
const EVERY_MS = 200;

/** Bytes that have come, as progress; told now and then. */
export function throttled(onProgress: (progress: Progress) => void): (done: number, total: number) => void {
  let pace: Pace | null = null;
  let told = 0;
  return (done, total) => {
    pace ??= new Pace(total, done);
    if (done < total && performance.now() - told < EVERY_MS) return;
    told = performance.now();
    onProgress(pace.at(done));
  };
}
