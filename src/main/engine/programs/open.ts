import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { EspalierError } from '@shared/errors';
import { runEagerly } from '../compile/eager';
import { load } from '../compile/load';
import type { Session } from '../compile/program';
import { hear } from '../process/hear';
import { type ProgramDescription, programOf } from './index';

export const RecordRequest = z.object({ description: z.unknown(), folder: z.string() });
const RecordReply = z.object({ error: z.string().nullable() });
export type RecordReply = z.infer<typeof RecordReply>;

/** The built entry of the recording process, beside the one that runs. */
const RECORDER = join(__dirname, 'engine-record.js');

/**
 * Opens a program for running: recorded by a process of its own and loaded as one graph, or operation by operation.
 * @throws EspalierError UNEXPECTED when it cannot be recorded; the signal's reason when it is aborted
 */
export async function openProgram(description: ProgramDescription, compiled: boolean, signal: AbortSignal): Promise<Session> {
  await hear(signal);
  if (!compiled) return runEagerly(programOf(description));
  const folder = await mkdtemp(join(tmpdir(), 'espalier-graph-'));
  try {
    await recordApart(description, folder, signal);
    return load(folder);
  } finally {
    // TensorFlow has read the graph by now.
    await rm(folder, { recursive: true, force: true });
  }
}

function recordApart(description: ProgramDescription, folder: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(RECORDER, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      signal,
      killSignal: 'SIGKILL',
    });
    const fail = (detail: string, cause?: unknown): void => reject(new EspalierError('UNEXPECTED', { detail }, { cause }));
    child.on('error', (error) => {
      if (signal.aborted) reject(error);
      else fail('the recording process could not be started', error);
    });
    child.on('exit', (code, signal) => fail(`the recording process ended with ${signal ?? code}`));
    child.on('message', (message) => {
      const { error } = RecordReply.parse(message);
      if (error === null) resolve();
      else fail('the training step could not be recorded', error);
      child.kill();
    });
    child.send({ description, folder } satisfies z.input<typeof RecordRequest>);
  });
}
