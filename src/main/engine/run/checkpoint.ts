import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EspalierError, toEspalierError } from '@shared/errors';
import { RUN_FILES, type RunInputs } from '@shared/run';
import { TrainSettings } from '@shared/settings';
import { writeFileAtomic } from '../../media/files';
import { readSafetensors, SafetensorsError, type StoredTensor, writeSafetensors } from '../model/weights/safetensors';

const FORMAT = 1;
const LAST = 'last.safetensors';
const PREVIOUS = 'previous.safetensors';

/** What a checkpoint says of itself, beside its tensors. */
const Description = z.object({
  settings: TrainSettings,
  classes: z.array(z.number().int()),
  /** Steps taken; with the seed it decides every random choice to come. */
  step: z.number().int().nonnegative(),
  seconds: z.number().nonnegative(),
  /** The pruning ratio in use: the setting, or what calibration found; null before either. */
  ratio: z.number().nullable(),
  /** Sums over the steps of the epoch under way, by the names of the step's outputs. */
  sums: z.record(z.string(), z.number()),
});
type Description = z.infer<typeof Description>;
/** As stored: a checkpoint of another format is not parsed. */
const Stored = z.object({ format: z.literal(FORMAT), about: Description });

/** The whole state of a training between two steps. */
export interface Checkpoint extends Description {
  /** Parameters, statistics, momentum, teacher, masks, the pruned teacher's statistics: `role/variable`. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** Writes `checkpoint/last.safetensors` whole or not at all; the one before stays as `previous.safetensors`. */
export async function writeCheckpoint(runFolder: string, { tensors, ...about }: Checkpoint): Promise<void> {
  const folder = join(runFolder, RUN_FILES.checkpoint);
  await mkdir(folder, { recursive: true });
  const last = join(folder, LAST);
  const bytes = writeSafetensors(tensors, { espalier: JSON.stringify({ format: FORMAT, about } satisfies z.input<typeof Stored>) });
  const next = join(folder, 'next.safetensors');
  try {
    await writeFileAtomic(next, bytes);
  } catch (error) {
    await rm(next, { force: true });
    throw toEspalierError(error);
  }
  if (await exists(last)) await rename(last, join(folder, PREVIOUS));
  await rename(next, last);
}

/**
 * The last good checkpoint of a run, or null when there is none yet: a damaged one falls back to the one before.
 * @throws EspalierError CHECKPOINT_INVALID when none can be read, or it is of other classes
 */
export async function readCheckpoint(runFolder: string, { runId, classes }: RunInputs): Promise<Checkpoint | null> {
  const folder = join(runFolder, RUN_FILES.checkpoint);
  let problem: unknown = null;
  for (const file of [join(folder, LAST), join(folder, PREVIOUS)]) {
    if (!(await exists(file))) continue;
    try {
      const checkpoint = parse(await readFile(file));
      if (checkpoint.classes.join() !== classes.map(({ id }) => id).join()) {
        throw new EspalierError('CHECKPOINT_INVALID', { run: runId, reason: 'it was made for other classes' });
      }
      return checkpoint;
    } catch (error) {
      if (error instanceof EspalierError) throw error;
      problem = error;
    }
  }
  if (problem === null) return null;
  const reason = problem instanceof SafetensorsError ? problem.message : 'it is of another version';
  throw new EspalierError('CHECKPOINT_INVALID', { run: runId, reason }, { cause: problem });
}

function parse(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  return { ...Stored.parse(JSON.parse(metadata.espalier ?? 'null')).about, tensors };
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch {
    return false;
  }
}
