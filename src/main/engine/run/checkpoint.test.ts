import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunInputs } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint';

const settings = settingsFrom('quick');
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
  sums: { lossSupervised: 0.1 + 0.2 },
  tensors: new Map([['student/a', { shape: [2, 2], values: Float32Array.of(1, -0, Math.fround(0.1), step) }]]),
});

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'espalier-checkpoint-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a checkpoint', () => {
  it('comes back exactly', async () => {
    expect(await readCheckpoint(folder, inputs)).toBeNull();
    await writeCheckpoint(folder, checkpoint(7));
    expect(await readCheckpoint(folder, inputs)).toEqual(checkpoint(7));
  });

  it('that is damaged gives way to the one before', async () => {
    await writeCheckpoint(folder, checkpoint(1));
    await writeCheckpoint(folder, checkpoint(2));
    expect((await readCheckpoint(folder, inputs))?.step).toBe(2);
    truncateSync(join(folder, 'checkpoint/last.safetensors'), 100);
    expect((await readCheckpoint(folder, inputs))?.step).toBe(1);
    writeFileSync(join(folder, 'checkpoint/previous.safetensors'), 'garbage');
    await expect(readCheckpoint(folder, inputs)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
  });

  it('of other classes is refused', async () => {
    await writeCheckpoint(folder, checkpoint(1));
    const others = { ...inputs, classes: inputs.classes.slice(0, 1) };
    await expect(readCheckpoint(folder, others)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID', params: { run: 'run-0001' } });
  });

  it('leaves nothing half-written behind', async () => {
    for (let step = 0; step < 4; step++) await writeCheckpoint(folder, checkpoint(step));
    expect(readdirSync(join(folder, 'checkpoint')).sort()).toEqual(['last.safetensors', 'previous.safetensors']);
  });
});
