import type { CallOptions } from '@shared/rpc';

/** Addresses of images carry the file's version, so a cached one is never stale. */
const HEADERS = {
  'content-type': 'image/bmp',
  'cache-control': 'private, max-age=31536000, immutable',
  'x-content-type-options': 'nosniff',
};

/**
 * The bitmap that a call sends part by part as its progress, answered when the first part is there. An error before it is the call's
 * own, a later one breaks the answer off. Who asked may go away meanwhile: then the call is aborted.
 */
export function answerWithParts(call: (options: CallOptions<Uint8Array>) => Promise<null>): Promise<Response> {
  const leaving = new AbortController();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({}, undefined, { highWaterMark: Infinity });
  const writer = writable.getWriter();
  writer.closed.catch(() => leaving.abort());
  return new Promise((resolve, reject) => {
    let begun = false;
    const onProgress = (part: Uint8Array): void => {
      void writer.write(part).catch(() => leaving.abort());
      if (begun) return;
      begun = true;
      resolve(new Response(readable, { headers: HEADERS }));
    };
    call({ signal: leaving.signal, onProgress }).then(
      () => writer.close().catch(() => undefined),
      (error: unknown) => {
        reject(error instanceof Error ? error : new Error(String(error)));
        void writer.abort(error).catch(() => undefined);
      },
    );
  });
}
