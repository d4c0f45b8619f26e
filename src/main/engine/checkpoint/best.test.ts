import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunInputs } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import type { Specs } from '../compile/program';
import { keepBest, readBest } from './best';

const inputs: RunInputs = {
  version: 1,
  runId: 'run-0001',
  classes: [{ id: 3, name: 'three', color: '#000000', position: 0 }],
  settings: settingsFrom('pruning'),
  labelled: [],
  unlabelled: [],
};
const specs: Specs = Object.fromEntries(['student/a', 'teacher/a', 'velocity/a'].map((name) => [name, { dtype: 'float32', shape: [1] }]));

let folder: string;
let notes: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'espalier-best-'));
  notes = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The end of an epoch: both networks hold its number. */
async function epochEnds(epoch: number, student: number, teacher: number): Promise<void> {
  const read = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, Float32Array.of(epoch)]));
  await keepBest(folder, inputs, epoch, { student, teacher }, specs, { read }, (sentence) => notes.push(sentence));
}

it('keeps each network as it was when it did best, the earlier where it did as well again', async () => {
  expect(await readBest(folder, inputs)).toBeNull();
  await epochEnds(1, 0.5, 0.4);
  await epochEnds(2, 0.3, 0.6);
  await epochEnds(3, 0.5, 0.6);
  const best = await readBest(folder, inputs);
  expect(best?.peaks).toEqual({ student: { epoch: 1, miou: 0.5 }, teacher: { epoch: 2, miou: 0.6 } });
  expect(Array.from(best!.tensors, ([name, { values }]) => [name, ...values])).toEqual([
    ['student/a', 1],
    ['teacher/a', 2],
  ]);
});

it('is refused when it is of other classes or damaged', async () => {
  await epochEnds(1, 0.5, 0.4);
  await expect(readBest(folder, { ...inputs, classes: [] })).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
  truncateSync(join(folder, 'checkpoint/best.safetensors'), 20);
  await expect(readBest(folder, inputs)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID', params: { run: 'run-0001' } });
});

it('begins anew where what was kept is damaged, and says so', async () => {
  await epochEnds(1, 0.5, 0.4);
  writeFileSync(join(folder, 'checkpoint/best.safetensors'), 'garbage');
  await epochEnds(2, 0.3, 0.6);
  expect(notes).toEqual([
    expect.stringMatching(/^The best networks kept so far cannot be read \(.+\); the best from epoch 2 on are kept instead\.$/),
  ]);
  expect((await readBest(folder, inputs))?.peaks).toEqual({ student: { epoch: 2, miou: 0.3 }, teacher: { epoch: 2, miou: 0.6 } });
});
