import { existsSync } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '@shared/errors';
import { CHECKPOINT_FILES, embeddingFile, HEAD_FILE, predictionFile, RUN_FILES, RunInputs } from '@shared/run';
import { namesInOwn, removeOwn } from '../../media/own-files';
import { readPng } from '../../media/png';
import type { Layout } from '../files/layout';
import type { Queries } from '../queries';
import type { ImageRow } from '../queries/images';
import type { RunRow } from '../queries/runs';
import { fault, type FoundFault } from './faults';

/** The frozen inputs of a run, and its networks. */
export async function checkRun({ runs }: Layout, { id, status, chain }: RunRow): Promise<FoundFault[]> {
  const folder = join(runs, id);
  // Of rounds that are of the past the record alone is left.
  if (chain !== null && !existsSync(folder)) return [];
  const faults: FoundFault[] = [];
  const inputs = await unreadable(async () => {
    const { labelled } = RunInputs.parse(JSON.parse(await readFile(join(folder, RUN_FILES.inputs), 'utf8')));
    for (const { labels } of labelled) await readPng(join(folder, labels));
  });
  if (inputs !== null) faults.push(fault('CHECK_RUN', { run: id, reason: inputs }));
  const checkpoint = join(folder, RUN_FILES.checkpoint);
  const there = (await namesInOwn(checkpoint)).filter((name) => [...CHECKPOINT_FILES, HEAD_FILE].includes(name as typeof HEAD_FILE));
  const broken: string[] = [];
  for (const name of there) if ((await unreadable(() => isWhole(join(checkpoint, name)))) !== null) broken.push(name);
  const sound = CHECKPOINT_FILES.some((name) => there.includes(name) && !broken.includes(name));
  const due = status !== 'running' && status !== 'failed' && status !== 'interrupted';
  if ((due || broken.length > 0) && !sound) faults.push(fault('CHECK_CHECKPOINT', { run: id }));
  // The one before takes the place of one that is damaged, but it is better not to look at the damaged one first each time.
  else for (const name of broken) faults.push(fault('CHECK_SPARE', { run: id, file: name }, () => removeOwn(join(checkpoint, name))));
  return faults;
}

/** Folders of runs that the database knows nothing of. */
export async function checkStrangers({ runs }: Layout, known: ReadonlySet<string>): Promise<FoundFault[]> {
  return (await namesInOwn(runs))
    .filter((name) => !known.has(name))
    .map((name) => fault('CHECK_RUN_UNKNOWN', { folder: join(runs, name) }));
}

/** What a run has predicted of an image. */
export async function checkPrediction({ runs }: Layout, queries: Queries, run: RunRow, image: ImageRow): Promise<FoundFault[]> {
  const { width, height, id, path } = image;
  const file = join(runs, run.id, predictionFile(id));
  const reason = await unreadable(async () => {
    const png = await readPng(file);
    if (png.kind !== 'rgb' || png.width !== width || png.height !== height) throw new RangeError('it has another size');
  });
  if (reason === null) return [];
  const forget = async (): Promise<void> => {
    queries.predictions.forget(run.number, id);
    for (const each of [file, join(runs, run.id, embeddingFile(id))]) await removeOwn(each);
  };
  return [fault('CHECK_PREDICTION', { run: run.id, name: path }, forget)];
}

/** Whether a file of tensors is as long as its head says. @throws RangeError when it is not */
async function isWhole(file: string): Promise<void> {
  const { size } = await stat(file);
  const handle = await open(file, 'r');
  try {
    const head = Buffer.alloc(8);
    await handle.read(head, 0, 8, 0);
    const length = Number(head.readBigUInt64LE());
    if (8 + length > size) throw new RangeError('it is cut off');
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, 8);
    const tensors = Object.values(JSON.parse(buffer.toString('utf8')) as Record<string, { data_offsets?: [number, number] }>);
    const end = Math.max(0, ...tensors.map(({ data_offsets: offsets }) => offsets?.[1] ?? 0));
    if (8 + length + end !== size) throw new RangeError('it is cut off');
  } finally {
    await handle.close();
  }
}

/** Why something cannot be read; null when it can. */
async function unreadable(read: () => Promise<void>): Promise<string | null> {
  try {
    await read();
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}
