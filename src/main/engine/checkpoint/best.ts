import { join } from 'node:path';
import { z } from 'zod';
import { toEspalierError } from '@shared/errors';
import { RUN_FILES, type RunInputs } from '@shared/run';
import { float32, type Session, type Specs } from '../compile/program';
import type { StoredTensor } from '../model/weights/safetensors';
import { readState, writeState } from './state-file';

/** The networks that are measured on held-out images, which are also the roles of their variables. */
export const LEARNERS = ['student', 'teacher'] as const;
export type Learner = (typeof LEARNERS)[number];
export type Scores = Readonly<Record<Learner, number>>;

const Peak = z.object({ epoch: z.number().int().positive(), miou: z.number() });
const Peaks = z.object({ student: Peak, teacher: Peak });
type Peaks = z.infer<typeof Peaks>;
const Stored = z.object({ classes: z.array(z.number().int()), peaks: Peaks });

/** Student and teacher, each as it was at the end of the epoch in which it did best on the held-out images. */
export interface Best {
  readonly peaks: Peaks;
  /** What predicts: `student/variable` and `teacher/variable`. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

const fileOf = (runFolder: string): string => join(runFolder, RUN_FILES.checkpoint, 'best.safetensors');

/**
 * The best state of a run, or null when no images were held out or no epoch has ended.
 * @throws EspalierError CHECKPOINT_INVALID when it is damaged or of other classes
 */
export async function readBest(runFolder: string, inputs: RunInputs): Promise<Best | null> {
  const state = await readState(fileOf(runFolder), Stored, inputs);
  return state && { peaks: state.about.peaks, tensors: state.tensors };
}

/**
 * Keeps student and teacher in `checkpoint/best.safetensors`, each where it did better than before; the earlier epoch stays on a tie.
 * @param specs of the training's state
 * @param onNote hears that what was kept before is damaged
 * @throws EspalierError DISK_FULL
 */
export async function keepBest(
  runFolder: string,
  inputs: RunInputs,
  epoch: number,
  scores: Scores,
  specs: Specs,
  session: Pick<Session, 'read'>,
  onNote: (sentence: string) => void,
): Promise<void> {
  const before = await readBest(runFolder, inputs).catch((thrown: unknown) => {
    const { code, params } = toEspalierError(thrown);
    if (code !== 'CHECKPOINT_INVALID') throw thrown;
    onNote(`The best networks kept so far cannot be read (${params.reason}); the best from epoch ${epoch} on are kept instead.`);
    return null;
  });
  const better = LEARNERS.filter((learner) => !before || scores[learner] > before.peaks[learner].miou);
  if (better.length === 0) return;
  const names = (learner: Learner): string[] => Object.keys(specs).filter((name) => name.startsWith(`${learner}/`));
  const kept = LEARNERS.flatMap(names);
  const peakOf = (learner: Learner): Peaks[Learner] =>
    better.includes(learner) ? { epoch, miou: scores[learner] } : before!.peaks[learner];
  const about: z.input<typeof Stored> = {
    classes: inputs.classes.map(({ id }) => id),
    peaks: { student: peakOf('student'), teacher: peakOf('teacher') },
  };
  const values = function* (): Generator<Float32Array> {
    for (const learner of LEARNERS) {
      const now = better.includes(learner) ? session.read(names(learner)) : null;
      for (const name of names(learner)) yield now ? float32(now[name]!) : before!.tensors.get(name)!.values;
    }
  };
  await writeState(fileOf(runFolder), Object.fromEntries(kept.map((name) => [name, specs[name]!])), values(), about);
}
