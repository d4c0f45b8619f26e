import { join } from 'node:path';
import { z } from 'zod';
import { HEAD_FILE, RUN_FILES } from '@shared/run';
import { BACKBONES } from '@shared/settings';
import { readState, writeState } from '../checkpoint/state-file';
import type { Specs } from '../compile/program';
import type { Basis } from './basis';

const About = z.object({
  classes: z.array(z.number().int()),
  backbone: z.enum(BACKBONES),
  viewScale: z.number().positive(),
  /** Ids of the images of each fold, and of all that were learnt from. */
  folds: z.array(z.array(z.number().int())),
  learnt: z.array(z.number().int()),
});

type Variables = ReadonlyMap<string, Float32Array>;

/** A head by itself, and what its features are turned by. */
export interface Head {
  readonly basis: Basis;
  readonly variables: Variables;
}

/** A head as it can be gone on with, and those of folds of its images. */
export interface KeptHead extends z.infer<typeof About> {
  readonly whole: Head;
  /** Of each fold the head that has not learnt from it. */
  readonly foldHeads: readonly Head[];
}

const BASIS = ['mean', 'deviation', 'directions'] as const;
const BASIS_PREFIX = 'basis.';
const WHOLE = 'whole';
const fileOf = (runFolder: string): string => join(runFolder, RUN_FILES.checkpoint, HEAD_FILE);
const foldName = (fold: number): string => `fold ${fold}`;

/** Keeps a head in `checkpoint/head.safetensors`. @throws EspalierError DISK_FULL */
export async function keepHead(runFolder: string, { whole, foldHeads, ...about }: KeptHead): Promise<void> {
  const parts = [whole, ...foldHeads].flatMap(({ basis, variables }, i) => {
    const prefix = i === 0 ? WHOLE : foldName(i - 1);
    const turning = BASIS.map((name): [string, Float32Array] => [`${prefix}/${BASIS_PREFIX}${name}`, basis[name]]);
    return [...turning, ...Array.from(variables, ([name, values]): [string, Float32Array] => [`${prefix}/${name}`, values])];
  });
  const specs: Specs = Object.fromEntries(parts.map(([name, { length }]) => [name, { dtype: 'float32', shape: [length] }]));
  await writeState(
    fileOf(runFolder),
    specs,
    parts.map(([, values]) => values),
    about,
  );
}

/** The head that a run kept; null where it kept none. @throws EspalierError CHECKPOINT_INVALID */
export async function readHead(runFolder: string, runId: string): Promise<KeptHead | null> {
  const state = await readState(fileOf(runFolder), About, { runId, classes: null });
  if (!state) return null;
  const { about, tensors } = state;
  const headOf = (prefix: string): Head => {
    const own = [...tensors].flatMap(([name, { values }]) =>
      name.startsWith(`${prefix}/`) ? [[name.slice(prefix.length + 1), values] as const] : [],
    );
    const all = new Map(own);
    const [mean, deviation, directions] = BASIS.map((name) => all.get(BASIS_PREFIX + name)!) as [Float32Array, Float32Array, Float32Array];
    return {
      basis: { mean, deviation, directions, components: directions.length / mean.length },
      variables: new Map(own.filter(([name]) => !name.startsWith(BASIS_PREFIX))),
    };
  };
  return { ...about, whole: headOf(WHOLE), foldHeads: about.folds.map((_, fold) => headOf(foldName(fold))) };
}
