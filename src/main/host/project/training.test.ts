import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TrainProgress } from '@shared/protocol';
import { childrenOf } from '../process/testing';
import type { Project } from './project';
import { openLabelled, pictures, shortRun, TestHost } from './testing';
import type { StartedRun } from './training';

const MINUTES = 60_000;

let host: TestHost;
let project: Project;
/** What the window would have been told of the run. */
let told: { progress: TrainProgress | null; reason: string | null }[];
const folders: string[] = [];

beforeAll(async () => {
  host = await TestHost.build();
}, 5 * MINUTES);
afterAll(() => {
  host.remove();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
afterEach(() => project.close());

function open(): Project {
  told = [];
  return host.project({
    event: (name, payload) => {
      if (name === 'training.changed' && 'progress' in payload) told.push({ progress: payload.progress, reason: payload.reason });
    },
  });
}

/** A project of eight pictures, two of them labelled. */
async function labelled(): Promise<string> {
  const folder = await pictures();
  folders.push(folder);
  project = open();
  await openLabelled(project, folder);
  return folder;
}

const record = (runId: string) => project.library.call('runs.get', { runId });

/** Waits until a run tells something of itself. */
async function until(holds: (progress: TrainProgress) => boolean): Promise<void> {
  await expect
    .poll(() => told.some(({ progress }) => progress !== null && holds(progress)), { timeout: 2 * MINUTES, interval: 5 })
    .toBe(true);
}

const atStep = (step: number) => until((progress) => progress.phase !== 'predicting' && progress.step >= step);

/** A run that is longer than anybody waits. */
const long = shortRun({ epochs: 500 });

describe('a run', () => {
  test('trains, is recorded, and predicts, with one time left over all of it', { timeout: 5 * MINUTES }, async () => {
    await labelled();
    const { runId, outcome } = await project.training.start(shortRun());
    await expect(project.training.start(shortRun())).rejects.toMatchObject({ code: 'TRAIN_BUSY' });
    expect(await outcome).toMatchObject({ runId, status: 'finished', predictionFailure: null });
    expect(await record(runId)).toMatchObject({
      status: 'finished',
      epochs: [{ epoch: 1 }, { epoch: 2 }],
      predictedImages: 8,
      predictionProblem: null,
      leftOut: { training: 0, prediction: 0 },
    });
    const phases = told.flatMap(({ progress }) => (progress ? [progress.phase] : []));
    expect([phases[0], phases.at(-1), told.at(-1)]).toEqual(['preparing', 'predicting', { progress: null, reason: null }]);
    // Its images are still to be predicted when the training is at its end.
    const trained = told.filter(({ progress }) => progress?.phase === 'training').at(-1)!.progress!;
    expect([trained.step, trained.secondsLeft! >= 1]).toEqual([6, true]);
    expect(project.training.status).toBeNull();
  });

  test(
    'goes on without an image that cannot be read, marks it, and takes it in when it is put right',
    { timeout: 5 * MINUTES },
    async () => {
      const folder = await labelled();
      const { path } = await project.library.call('images.get', { id: 5, runId: null });
      const [bad, aside] = [join(folder, path), join(folder, '.aside')];
      await cp(bad, aside);
      truncateSync(bad, 60);
      const { runId, outcome } = await project.training.start(shortRun({ method: 'conf', epochs: 3 }));
      await outcome;
      expect(await record(runId)).toMatchObject({ status: 'finished', predictedImages: 7, leftOut: { training: 1, prediction: 0 } });
      expect(await project.library.call('images.get', { id: 5, runId: null })).toMatchObject({
        status: 'unreadable',
        problem: 'the file is cut off',
      });
      await cp(aside, bad);
      await project.library.call('project.index', null);
      await (
        await project.training.predict(runId)
      ).outcome;
      expect(await record(runId)).toMatchObject({ status: 'finished', predictedImages: 8 });
    },
  );

  test('stays finished when its prediction fails, and predicts again', { timeout: 5 * MINUTES }, async () => {
    const folder = await labelled();
    const { runId, outcome } = await project.training.start(shortRun());
    // A file where the folder of the predictions should be.
    const obstacle = join(folder, '.espalier/runs', runId, 'predictions');
    writeFileSync(obstacle, '');
    const { status, predictionFailure } = await outcome;
    expect([status, predictionFailure?.code]).toEqual(['finished', 'FILE_KIND']);
    expect(await record(runId)).toMatchObject({
      status: 'finished',
      reason: null,
      predictionProblem: predictionFailure!.message,
      predictedImages: 0,
      predictable: true,
    });
    expect(told.at(-1)).toEqual({ progress: null, reason: predictionFailure!.message });
    await expect((await project.training.predict(runId)).outcome).rejects.toMatchObject({ code: 'FILE_KIND' });
    rmSync(obstacle);
    await (
      await project.training.predict(runId)
    ).outcome;
    expect(await record(runId)).toMatchObject({ status: 'finished', predictionProblem: null, predictedImages: 8 });
  });

  test('computes with as many threads as it says, whatever the engine was started for before', { timeout: 5 * MINUTES }, async () => {
    await labelled();
    const before = await project.engine.call('engine.info', null);
    const { outcome } = await project.training.start({ ...long, threads: 3 });
    await atStep(1);
    expect([before.threads, (await project.engine.call('engine.info', null)).threads]).toEqual([expect.not.closeTo(3), 3]);
    project.training.stop('stop');
    await outcome;
  });
});

describe('a run that is stopped', () => {
  async function begin(): Promise<StartedRun> {
    await labelled();
    const run = await project.training.start(long);
    await atStep(2);
    return run;
  }

  test('to be resumed is paused where it was, predicts nothing, and goes on from there', { timeout: 5 * MINUTES }, async () => {
    const { runId, outcome } = await begin();
    project.training.stop('pause');
    expect(await outcome).toMatchObject({ status: 'paused', predictionFailure: null });
    expect(await record(runId)).toMatchObject({ status: 'paused', predictedImages: 0, resumable: true, predictable: true });
    const reached = Math.max(...told.map(({ progress }) => progress?.step ?? 0));
    const before = (await record(runId)).seconds;
    told = [];
    const again = await project.training.resume(runId);
    await until(({ loss }) => loss !== null);
    expect(told.find(({ progress }) => typeof progress?.loss === 'number')!.progress!.step).toBe(reached + 1);
    project.training.stop('stop');
    expect(await again.outcome).toMatchObject({ status: 'stopped' });
    expect((await record(runId)).seconds).toBeGreaterThan(before);
  });

  test('now predicts nothing, and can predict later', { timeout: 5 * MINUTES }, async () => {
    const { runId, outcome } = await begin();
    project.training.stop('stop');
    expect(await outcome).toMatchObject({ status: 'stopped' });
    expect(await record(runId)).toMatchObject({ status: 'stopped', predictedImages: 0, resumable: true });
    await (
      await project.training.predict(runId)
    ).outcome;
    expect(await record(runId)).toMatchObject({ status: 'stopped', predictedImages: 8 });
  });

  test('to predict does so, with what it has learnt', { timeout: 5 * MINUTES }, async () => {
    const { runId, outcome } = await begin();
    project.training.stop('predict');
    expect(await outcome).toMatchObject({ status: 'stopped', predictionFailure: null });
    expect(await record(runId)).toMatchObject({ status: 'stopped', predictedImages: 8 });
  });

  test('by the end of the window is interrupted, with its checkpoint', { timeout: 5 * MINUTES }, async () => {
    const { runId, outcome } = await begin();
    const folder = project.library.folder!;
    await project.close();
    expect(await outcome).toMatchObject({ status: 'interrupted' });
    project = open();
    await project.library.open({ folder, create: null });
    expect(await record(runId)).toMatchObject({ status: 'interrupted', resumable: true });
    expect((await record(runId)).reason).toMatch(/^Espalier was closed .* resume it/);
  });
});

describe('a run whose surroundings fail', () => {
  test('by the death of the engine has failed in its own words, and can be resumed', { timeout: 5 * MINUTES }, async ({ skip }) => {
    if (process.platform !== 'linux') return skip('finds the process to kill in /proc');
    await labelled();
    const { runId, outcome } = await project.training.start(long);
    await atStep(4);
    const failed = expect(outcome).rejects.toMatchObject({ code: 'RUN_STOPPED_EARLY', params: { reason: 'SIGKILL' } });
    for (const pid of childrenOf(process.pid, 'engine.js')) process.kill(pid, 'SIGKILL');
    await failed;
    expect(await record(runId)).toMatchObject({ status: 'failed', resumable: true, predictedImages: 0 });
    const again = await project.training.resume(runId);
    project.training.stop('stop');
    await again.outcome;
  });

  test('by the death of the library is recorded all the same', { timeout: 5 * MINUTES }, async ({ skip }) => {
    if (process.platform !== 'linux') return skip('finds the process to kill in /proc');
    await labelled();
    const { runId, outcome } = await project.training.start(shortRun({ epochs: 6 }));
    await atStep(4);
    for (const pid of childrenOf(process.pid, 'library.js')) process.kill(pid, 'SIGKILL');
    expect(await outcome).toMatchObject({ status: 'finished', predictionFailure: null });
    const { epochs, status, predictedImages } = await record(runId);
    expect([status, epochs.map(({ epoch }) => epoch), predictedImages]).toEqual(['finished', [1, 2, 3, 4, 5, 6], 8]);
  });

  test('by a full disk says so, keeps its last checkpoint, and nothing is left unhandled', { timeout: 5 * MINUTES }, async ({ skip }) => {
    const folder = await pictures();
    folders.push(folder);
    const disk = join(folder, '.espalier');
    mkdirSync(disk);
    // Room for the project and a few checkpoints.
    if (!mount(disk, '100m')) return skip('a small file system needs root');
    const unhandled: unknown[] = [];
    const hear = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', hear);
    try {
      project = open();
      await openLabelled(project, folder);
      const { runId, outcome } = await project.training.start(long);
      await expect(outcome).rejects.toMatchObject({ code: 'RUN_DISK_FULL' });
      const { status, reason, resumable } = await record(runId);
      expect([status, reason, resumable]).toEqual(['failed', expect.stringMatching(/^The disk is full, so the run has ended/), true]);
      // Nothing half-written is left beside what can be gone on from.
      const left = readdirSync(join(disk, 'runs', runId, 'checkpoint'));
      expect(left.filter((name) => !['last.safetensors', 'previous.safetensors'].includes(name))).toEqual([]);
      expect(left).toContain('last.safetensors');
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', hear);
      await project.close();
      execFileSync('/bin/umount', [disk]);
    }
  });
});

function mount(folder: string, size: string): boolean {
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
