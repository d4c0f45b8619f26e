import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a file is to hold: all of it, or its parts in order. */
export type FileContent = Uint8Array | string | Iterable<Uint8Array> | AsyncIterable<string>;

/**
 * Writes a file so that its name always holds either the old or the new content, complete and on disk:
 * a temporary file in the same folder, fsync, rename, fsync of the folder.
 * @param durable false: faster, for what can be made again and tells by itself whether it is whole; a loss of power may leave any content
 */
export async function writeFileAtomic(file: string, data: FileContent, durable = true): Promise<void> {
  const folder = dirname(file);
  // Not made from the file's name, which may be as long as names can be.
  const temporary = join(folder, `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    await withFile(temporary, 'wx', async (handle) => {
      const parts = typeof data === 'string' || data instanceof Uint8Array ? [data] : data;
      for await (const part of parts) await handle.writeFile(part);
      if (durable) await handle.sync();
    });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (durable) await syncFolder(folder);
}

/** Makes sure that the names in a folder are on disk. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders, and needs no fsync of them.
  if (process.platform !== 'win32') await withFile(folder, 'r', (handle) => handle.sync());
}

/** The first and the last bytes of a file, at most `length` of each, and its size. */
export async function readEnds(file: string, length: number): Promise<{ head: Buffer; tail: Buffer; size: number }> {
  return withFile(file, 'r', async (handle) => {
    const { size } = await handle.stat();
    const part = Math.min(length, size);
    const head = await handle.read(Buffer.alloc(part), 0, part, 0);
    const tail = await handle.read(Buffer.alloc(part), 0, part, size - part);
    return { head: head.buffer.subarray(0, head.bytesRead), tail: tail.buffer.subarray(0, tail.bytesRead), size };
  });
}

async function withFile<T>(file: string, flags: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, flags);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
