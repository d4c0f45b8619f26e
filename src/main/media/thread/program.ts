import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import { EspalierError } from '@shared/errors';
import { Peer } from '@shared/rpc';
import { here, type OwnDecoder } from '../own-decoder';

/** Entry of a thread that decodes: it answers the methods of `OwnDecoder`, called with their arguments. */
const port = parentPort;
if (!port) throw new Error('This file is the entry of a worker thread');

const Pixels = z.object({ type: z.literal('result'), value: z.object({ data: z.instanceof(Uint8Array) }) });

/** The pixels of an answer, which move to the other thread instead of being copied. */
function pixelsIn(message: unknown): ArrayBuffer[] {
  const pixels = Pixels.safeParse(message).data?.value.data.buffer;
  return pixels instanceof ArrayBuffer ? [pixels] : [];
}

const isMethod = (method: string): method is keyof OwnDecoder => Object.hasOwn(here, method);

new Peer(
  { post: (message) => port.postMessage(message, pixelsIn(message)), onMessage: (listener) => port.on('message', listener) },
  async (method, params) => {
    if (!isMethod(method)) throw new EspalierError('UNKNOWN_METHOD', { method });
    const answer = here[method] as (...params: unknown[]) => Promise<unknown>;
    return answer(...(params as unknown[]));
  },
);
