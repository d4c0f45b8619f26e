import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { EspalierError, isMissing, toEspalierError } from '@shared/errors';
import type { RunInputs } from '@shared/run';
import { makeOwnFolder, writeOwnFile } from '../../media/own-files';
import type { Specs } from '../compile/program';
import { readSafetensors, SafetensorsError, safetensorsParts, type StoredTensor } from '../model/weights/safetensors';

/** Raised by one when the meaning of what is stored changes: a state of another format is not parsed. */
const FORMAT = 1;

/** Writes a state and what is said about it, whole or not at all. @throws EspalierError DISK_FULL */
export async function writeState(file: string, specs: Specs, values: Iterable<Float32Array>, about: object): Promise<void> {
  const shapes = new Map(Object.entries(specs).map(([name, { shape }]) => [name, shape]));
  try {
    await makeOwnFolder(dirname(file));
    await writeOwnFile(file, safetensorsParts(shapes, values, { espalier: JSON.stringify({ format: FORMAT, about }) }));
  } catch (error) {
    throw toEspalierError(error);
  }
}

/**
 * Reads what {@link writeState} wrote; null when there is no such file.
 * @param schema of what is said about it, the ids of the classes among it
 * @param run whose it is, with its classes; null: whichever it was made for
 * @throws EspalierError CHECKPOINT_INVALID when it is damaged or of other classes
 */
export async function readState<T extends { readonly classes: readonly number[] }>(
  file: string,
  schema: z.ZodType<T>,
  { runId, classes }: Pick<RunInputs, 'runId'> & { readonly classes: RunInputs['classes'] | null },
): Promise<{ about: T; tensors: ReadonlyMap<string, StoredTensor> } | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const invalid = (reason: string, cause?: unknown) => new EspalierError('CHECKPOINT_INVALID', { run: runId, reason }, { cause });
  try {
    const { tensors, metadata } = readSafetensors(bytes);
    const { about } = z.object({ format: z.literal(FORMAT), about: schema }).parse(JSON.parse(metadata.espalier ?? 'null'));
    if (classes !== null && about.classes.join() !== classes.map(({ id }) => id).join()) throw invalid('it was made for other classes');
    return { about, tensors };
  } catch (error) {
    if (error instanceof EspalierError) throw error;
    throw invalid(error instanceof SafetensorsError ? error.message : 'it is of another version', error);
  }
}
