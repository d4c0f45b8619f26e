import { z } from 'zod';

/** Files of a recorded program's folder. */
export const MODEL_FILE = 'saved_model.pb';
export const MANIFEST_FILE = 'program.json';

const Tensor = z.object({ dtype: z.enum(['float32', 'int32']), shape: z.array(z.number().int().nonnegative()) });
/** A tensor with its name in the graph. */
const NamedTensor = Tensor.extend({ node: z.string() });

/** What a recorded program's graph holds: the names its session needs. */
export const Manifest = z.object({
  /** For each variable: where its new value goes in, what to fetch to set it, and what to fetch to read it. */
  state: z.record(z.string(), Tensor.extend({ value: z.string(), assigned: z.string(), read: z.string() })),
  /** For each entry: its inputs and outputs, and what to fetch so that its updates are made. */
  entries: z.record(
    z.string(),
    z.object({
      inputs: z.record(z.string(), NamedTensor),
      sized: z.array(z.string()),
      outputs: z.record(z.string(), NamedTensor),
      done: z.string(),
    }),
  ),
});
export type Manifest = z.infer<typeof Manifest>;
