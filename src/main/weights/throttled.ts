import type { Progress } from '../../shared/protocol';

/** Bytes come in many small pieces; nobody reads faster than this. */
const EVERY_MS = 200;

/** Bytes that have come, as progress with the seconds left at the speed since the first of them; told now and then. */
export function throttled(onProgress: (progress: Progress) => void): (done: number, total: number) => void {
  let first: { readonly at: number; readonly done: number } | null = null;
  let told = 0;
  return (done, total) => {
    const now = performance.now();
    first ??= { at: now, done };
    if (done < total && now - told < EVERY_MS) return;
    told = now;
    const speed = (done - first.done) / (now - first.at);
    onProgress({ done, total, secondsLeft: speed > 0 && total > 0 ? (total - done) / speed / 1000 : null });
  };
}
