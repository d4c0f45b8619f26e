import { open } from 'node:fs/promises';
import { z } from 'zod';

const LENGTH_BYTES = 8;
/** Headers of whole networks are a tenth of it. */
const MAX_BYTES = 2 ** 20;

const Header = z.object({ __metadata__: z.object({ source: z.string(), licence: z.string() }) });

export interface WeightsAbout {
  /** Size of the file. */
  readonly bytes: number;
  readonly source: string;
  readonly licence: string;
}

/** What a file of weights says of itself, or null when it is not there. One that Espalier has not written says nothing. */
export async function readAbout(file: string): Promise<WeightsAbout | null> {
  const handle = await open(file).catch(() => null);
  if (!handle) return null;
  try {
    const { size } = await handle.stat();
    const start = await handle.read(Buffer.alloc(LENGTH_BYTES), 0, LENGTH_BYTES, 0);
    const length = start.bytesRead < LENGTH_BYTES ? 0 : Math.min(Number(start.buffer.readBigUInt64LE()), size, MAX_BYTES);
    const header = Buffer.alloc(length);
    await handle.read(header, 0, length, LENGTH_BYTES);
    return { bytes: size, ...aboutOf(header.toString()) };
  } finally {
    await handle.close();
  }
}

function aboutOf(header: string): { source: string; licence: string } {
  try {
    return Header.parse(JSON.parse(header)).__metadata__;
  } catch {
    return { source: 'unknown', licence: 'unknown' };
  }
}
