import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { digest } from './digest.mjs';

/**
 * The one way a file comes over HTTP, for set-up and for the application. Node built-ins only.
 */

const CONNECT_MS = 10_000;
const STALL_MS = 30_000;
const NOTHING_LEFT = 416;
const PARTIAL = 206;

/** Why there is no file: nobody answered or not with the file, the answer broke off, or the file is not the expected one. */
export class DownloadError extends Error {
  kind;

  /**
   * @param {'unreachable' | 'interrupted' | 'damaged'} kind
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(kind, message, options) {
    super(message, options);
    this.kind = kind;
  }
}

/** @typedef {(url: string, init: { signal: AbortSignal, headers: Record<string, string> }) => Promise<Response>} Fetch */

/**
 * @typedef {object} Download
 * @property {string} url
 * @property {string} file where it goes; under this name it is whole
 * @property {string} sha256 hexadecimal
 * @property {Fetch} [fetch] Electron's own knows the system's proxy and certificates
 * @property {AbortSignal} [signal] ends the download; what is there is kept
 * @property {(done: number, total: number) => void} [onProgress] bytes, those of an earlier attempt among them; total is 0 while unknown
 */

/**
 * Where the bytes of an unfinished download are kept.
 * @param {string} file
 */
export function partOf(file) {
  return `${file}.part`;
}

/**
 * Bytes of an unfinished download that are kept.
 * @param {string} file where the whole one goes
 */
export function kept(file) {
  return sizeOf(partOf(file));
}

/**
 * Downloads a file, continuing what an interrupted download left. The hash is that of the whole file.
 * @param {Download} download
 * @throws {DownloadError} what is there is kept, except where the hash is wrong
 * @throws the reason of an abort, and errors of the disk
 */
export async function download({ url, file, sha256, fetch = globalThis.fetch, signal, onProgress = () => {} }) {
  if (await isWhole(file, sha256)) return;
  const part = partOf(file);
  await mkdir(dirname(file), { recursive: true });
  await transfer({ url, part, fetch, signal, onProgress });
  if (!(await isWhole(part, sha256))) {
    await rm(part);
    throw new DownloadError('damaged', `${url} does not have the hash ${sha256}`);
  }
  await rename(part, file);
}

/** @param {Required<Pick<Download, 'url' | 'fetch' | 'onProgress'>> & Pick<Download, 'signal'> & { part: string }} options */
async function transfer({ url, part, fetch, signal, onProgress }) {
  const have = await sizeOf(part);
  const patience = new AbortController();
  let timer = setTimeout(() => patience.abort(), CONNECT_MS);
  const stop = () => patience.abort();
  signal?.addEventListener('abort', stop);
  let answered = false;
  try {
    signal?.throwIfAborted();
    const response = await fetch(url, { signal: patience.signal, headers: have > 0 ? { range: `bytes=${have}-` } : {} });
    if (response.status === NOTHING_LEFT) return;
    if (!response.ok || !response.body) throw new Error(`answer ${response.status}`);
    answered = true;
    const continued = response.status === PARTIAL;
    let done = continued ? have : 0;
    const length = Number(response.headers.get('content-length') ?? 0);
    const total = length > 0 ? done + length : 0;
    /** @param {AsyncIterable<Uint8Array>} source */
    const counted = async function* (source) {
      for await (const chunk of source) {
        clearTimeout(timer);
        timer = setTimeout(stop, STALL_MS);
        done += chunk.length;
        onProgress(done, total);
        yield chunk;
      }
    };
    // Not every fetch hears its signal once it has answered (Electron 25's does not), so the stream hears it too.
    await pipeline(
      Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (response.body)),
      counted,
      createWriteStream(part, { flags: continued ? 'a' : 'w' }),
      { signal: patience.signal },
    );
    if (done < total) throw new Error(`only ${done} of ${total} bytes came`);
  } catch (error) {
    signal?.throwIfAborted();
    // Errors of the disk name the call that failed; those of the network come wrapped.
    if (error instanceof Error && 'syscall' in error) throw error;
    throw new DownloadError(answered ? 'interrupted' : 'unreachable', reasonOf(error, patience.signal), { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/**
 * @param {unknown} error
 * @param {AbortSignal} patience
 */
function reasonOf(error, patience) {
  if (patience.aborted) return 'no answer in time';
  if (!(error instanceof Error)) return String(error);
  // Node says only that it failed; its cause says why.
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** @param {string} file */
async function sizeOf(file) {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/**
 * @param {string} file
 * @param {string} sha256
 */
async function isWhole(file, sha256) {
  return (await sizeOf(file)) > 0 && (await digest(file, 'sha256')).toString('hex') === sha256;
}
