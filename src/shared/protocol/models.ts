import { z } from 'zod';
import { ModelFormat, ModelOutput } from '../model-export';
import { runId } from './fields';
import { hostMethod, longMethod, nothing, type MethodSpec } from './method';

const how = { folder: z.string().min(1), format: ModelFormat, output: ModelOutput };
/** `folder`: with its links resolved; `files`: their names in it. */
const exported = z.object({ folder: z.string(), files: z.array(z.string()), bytes: z.number().int() });

/** Networks that leave, for other programs to run. */
export const modelMethods = {
  /** Writes the network that a run gives, whole or not at all. Errors: MODEL_FOREIGN, RUN_*, CHECKPOINT_INVALID, EXPORT_FOLDER, DISK_FULL. */
  'models.export': longMethod('main', z.object({ runId, ...how }), nothing, exported),
  /** As `models.export`, of the run in `run`. */
  'engine.exportModel': hostMethod('engine', z.object({ run: z.string().min(1), ...how }), exported),
} as const satisfies Record<string, MethodSpec>;
