import { resolve } from 'node:path';
import { EspalierError } from '@shared/errors';
import { besideRun, type RunInputs } from '@shared/run';
import { readBest } from '../checkpoint/best';
import { readCheckpoint } from '../checkpoint/checkpoint';
import { readInputs } from '../checkpoint/inputs';
import { stateName } from '../checkpoint/state';
import { forClasses } from '../model/class-columns';
import type { VariableValues } from '../model/initial';
import type { Network } from '../model/network';

/**
 * The teacher of the run that another one begins from, its best where images were held out, for the classes of that one.
 * @param fresh what new classes begin with
 * @throws EspalierError TRAIN_FROM, CHECKPOINT_INVALID, FILE_UNREADABLE
 */
export async function networkBefore(
  runFolder: string,
  from: string,
  { specs }: Network,
  { classes }: RunInputs,
  fresh: VariableValues,
): Promise<VariableValues> {
  const folder = resolve(runFolder, besideRun(from));
  const before = await readInputs(folder);
  const state = (await readBest(folder, before)) ?? (await readCheckpoint(folder, before));
  if (!state) throw new EspalierError('TRAIN_FROM', { run: from, reason: 'it keeps nothing to begin from' });
  const known = (name: string): Float32Array => {
    const tensor = state.tensors.get(stateName('teacher', name));
    if (!tensor) throw new EspalierError('CHECKPOINT_INVALID', { run: from, reason: `it has no ${name}` });
    return tensor.values;
  };
  const ids = (list: RunInputs['classes']): number[] => list.map(({ id }) => id);
  return forClasses(specs, fresh, known, ids(before.classes), ids(classes));
}
