import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EspalierError, toEspalierError } from '@shared/errors';
import { CHECKPOINT_FILES, RUN_FILES, type RunInputs } from '@shared/run';
import { TrainSettings } from '@shared/settings';
import { removeOwn, renameOwn } from '../../media/own-files';
import { float32, type Session, type Specs } from '../compile/program';
import { FittedConfidence } from '../core/fitted-confidence';
import type { StoredTensor } from '../model/weights/safetensors';
import { readState, writeState } from './state-file';

const [LAST, PREVIOUS] = CHECKPOINT_FILES;
const NEXT = 'next.safetensors';

export const StoredScale = z.object({ classes: z.array(z.number().positive()).readonly(), beta: z.number().positive() });

/** What a checkpoint says of itself, beside its tensors. */
const Description = z
  .object({
    settings: TrainSettings,
    classes: z.array(z.number().int()),
    /** Steps taken; with the seed it decides every random choice to come. */
    step: z.number().int().nonnegative(),
    seconds: z.number().nonnegative(),
    /** The pruning ratio in use: the setting, or what calibration found; null before either. */
    ratio: z.number().nullable(),
    /** What the scores of the epoch are scaled by; null in checkpoints older than that: not at all. */
    scale: StoredScale.nullable().default(null),
    /** Side of an image as the networks look at it, over its own. */
    viewScale: z.number().positive().max(4).default(1),
    /** Sums over the steps of the epoch under way, by the names of the step's outputs. */
    sums: z.record(z.string(), z.number()),
    /** How probable it is that the teacher's class of a pixel is right, where labels could tell. */
    confidence: FittedConfidence.nullable().default(null),
  })
  .refine(({ confidence, classes }) => confidence === null || confidence.classes.length === classes.length, {
    path: ['confidence'],
    message: 'it is of another number of classes',
  });
export type Description = z.infer<typeof Description>;

/** The whole state of a training between two steps. */
export interface Checkpoint extends Description {
  /** Parameters, statistics, momentum, teacher, masks, the pruned teacher's statistics: `role/variable`. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** That the newest checkpoint is damaged and this is the one before it, in a sentence; null when it is the newest. */
  readonly damage: string | null;
}

/**
 * Writes `checkpoint/last.safetensors` whole or not at all; the one before stays as `previous.safetensors`.
 * @param specs of the state
 * @param session holds the state, which is read one role after the other
 * @throws EspalierError DISK_FULL; TRAIN_NAN when the state is not finite, since such a checkpoint is of no use
 */
export async function writeCheckpoint(
  runFolder: string,
  about: z.input<typeof Description>,
  specs: Specs,
  session: Pick<Session, 'read'>,
): Promise<void> {
  const folder = join(runFolder, RUN_FILES.checkpoint);
  const last = join(folder, LAST);
  const next = join(folder, NEXT);
  await writeState(next, specs, finiteValues(specs, session, about.step), about);
  if (await exists(last)) await renameOwn(last, join(folder, PREVIOUS));
  await renameOwn(next, last);
}

/** The values of a state in order, read role by role. @throws EspalierError TRAIN_NAN */
function* finiteValues(specs: Specs, session: Pick<Session, 'read'>, step: number): Generator<Float32Array> {
  const roles = new Map<string, string[]>();
  for (const name of Object.keys(specs)) {
    const role = name.slice(0, name.indexOf('/'));
    roles.set(role, [...(roles.get(role) ?? []), name]);
  }
  for (const names of roles.values()) {
    const values = session.read(names);
    for (const name of names) {
      const tensor = float32(values[name]!);
      if (!tensor.every(Number.isFinite)) throw new EspalierError('TRAIN_NAN', { step });
      yield tensor;
    }
  }
}

/**
 * The last good checkpoint of a run, or null when there is none yet: a damaged one gives way to the one before, which says so.
 * @throws EspalierError CHECKPOINT_INVALID when none can be read, or it is of other classes
 */
export async function readCheckpoint(runFolder: string, inputs: RunInputs): Promise<Checkpoint | null> {
  let problem: EspalierError | null = null;
  for (const name of CHECKPOINT_FILES) {
    try {
      const state = await readState(join(runFolder, RUN_FILES.checkpoint, name), Description, inputs);
      if (state) return { ...state.about, tensors: state.tensors, damage: problem && damageOf(problem, state.about) };
    } catch (error) {
      problem ??= toEspalierError(error);
    }
  }
  if (problem !== null) throw problem;
  return null;
}

function damageOf({ params }: EspalierError, { step }: Description): string {
  return `The last checkpoint cannot be read (${params.reason ?? params.detail}); the one before it, after step ${step}, is used instead.`;
}

/** Removes a newest checkpoint that is damaged, so that it cannot take the place of the good one before it. */
export async function removeDamaged(runFolder: string): Promise<void> {
  await removeOwn(join(runFolder, RUN_FILES.checkpoint, LAST));
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch {
    return false;
  }
}
