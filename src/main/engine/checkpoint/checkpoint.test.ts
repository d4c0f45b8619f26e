import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunInputs } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import type { Specs } from '../compile/program';
import { type Checkpoint, readCheckpoint, removeDamaged, writeCheckpoint } from './checkpoint';

const settings = settingsFrom('pruning');
const inputs: RunInputs = {
  version: 1,
  runId: 'run-0001',
  classes: [0, 3].map((id, position) => ({ id, name: `class ${id}`, color: '#000000', position })),
  settings,
  labelled: [],
  unlabelled: [],
};
const checkpoint = (step: number): Checkpoint => ({
  settings,
  classes: [0, 3],
  step,
  seconds: 1.5,
  ratio: 0.6,
  scale: { classes: [1, 1.25], beta: 12.5 },
  viewScale: 1.4,
  sums: { lossSupervised: 0.1 + 0.2 },
  tensors: new Map([
    ['student/a', { shape: [2, 2], values: Float32Array.of(1, -0, Math.fround(0.1), step) }],
    ['teacher/a', { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }],
  ]),
  confidence: null,
  damage: null,
});

/** Writes a checkpoint, whose state is read role by role. */
async function write({ tensors, ...about }: Checkpoint): Promise<void> {
  const specs: Specs = Object.fromEntries(Array.from(tensors, ([name, { shape }]) => [name, { dtype: 'float32', shape }]));
  const read = (names: readonly string[]): Record<string, Float32Array> => {
    expect(new Set(names.map((name) => name.split('/')[0])).size).toBe(1);
    return Object.fromEntries(names.map((name) => [name, tensors.get(name)!.values]));
  };
  await writeCheckpoint(folder, about, specs, { read });
}

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'espalier-checkpoint-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a checkpoint', () => {
  it('comes back exactly', async () => {
    expect(await readCheckpoint(folder, inputs)).toBeNull();
    await write(checkpoint(7));
    expect(await readCheckpoint(folder, inputs)).toEqual(checkpoint(7));
  });

  it('keeps the fitted confidence, and is refused where that is of other classes or no number', async () => {
    const fitting = { bias: 0.5, certainty: 1.25, margin: -2, classes: checkpoint(7).classes.map((_, k) => k) };
    await write({ ...checkpoint(7), confidence: fitting });
    expect((await readCheckpoint(folder, inputs))!.confidence).toEqual(fitting);
    for (const wrong of [
      { ...fitting, classes: [...fitting.classes, 0] },
      { ...fitting, bias: NaN },
    ]) {
      rmSync(join(folder, 'checkpoint'), { recursive: true });
      await write({ ...checkpoint(7), confidence: wrong });
      await expect(readCheckpoint(folder, inputs)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
    }
  });

  it('that is damaged gives way to the one before, which says so', async () => {
    await write(checkpoint(1));
    await write(checkpoint(2));
    expect((await readCheckpoint(folder, inputs))?.step).toBe(2);
    truncateSync(join(folder, 'checkpoint/last.safetensors'), 100);
    const before = (await readCheckpoint(folder, inputs))!;
    expect(before).toMatchObject({
      step: 1,
      damage: expect.stringMatching(
        /^The last checkpoint cannot be read \(.+\); the one before it, after step 1, is used instead\.$/,
      ) as string,
    });
    writeFileSync(join(folder, 'checkpoint/previous.safetensors'), 'garbage');
    await expect(readCheckpoint(folder, inputs)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
  });

  it('that is damaged can be removed, so that it does not take the place of the good one', async () => {
    await write(checkpoint(1));
    await write(checkpoint(2));
    truncateSync(join(folder, 'checkpoint/last.safetensors'), 100);
    await removeDamaged(folder);
    await write(checkpoint(3));
    truncateSync(join(folder, 'checkpoint/last.safetensors'), 100);
    expect((await readCheckpoint(folder, inputs))?.step).toBe(1);
  });

  it('of other classes is refused', async () => {
    await write(checkpoint(1));
    const others = { ...inputs, classes: inputs.classes.slice(0, 1) };
    await expect(readCheckpoint(folder, others)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID', params: { run: 'run-0001' } });
  });

  it('of another version is refused in one sentence', async () => {
    await write(checkpoint(1));
    const file = join(folder, 'checkpoint/last.safetensors');
    // The same length, so that nothing else of the file is wrong.
    writeFileSync(file, readFileSync(file).toString('latin1').replace('"format\\":1', '"format\\":2'), 'latin1');
    await expect(readCheckpoint(folder, inputs)).rejects.toThrow(
      'The checkpoint of run run-0001 cannot be read (it is of another version); train again.',
    );
  });

  it('is not written when a number overflowed; the one before stays', async () => {
    await write(checkpoint(1));
    await expect(write(checkpoint(Infinity))).rejects.toMatchObject({ code: 'TRAIN_NAN' });
    expect((await readCheckpoint(folder, inputs))?.step).toBe(1);
    expect(readdirSync(join(folder, 'checkpoint'))).toEqual(['last.safetensors']);
  });

  it('leaves nothing half-written behind', async () => {
    for (let step = 0; step < 4; step++) await write(checkpoint(step));
    expect(readdirSync(join(folder, 'checkpoint')).sort()).toEqual(['last.safetensors', 'previous.safetensors']);
  });
});
