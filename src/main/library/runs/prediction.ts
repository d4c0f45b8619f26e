import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { EspalierError, isMissing } from '@shared/errors';
import type { ResultOf } from '@shared/protocol';
import { EMBEDDING, embeddingFile, embeddingGrid, predictionFile, RUN_FILES } from '@shared/run';
import { readPng, readPngHeader, type PngImage } from '../../media/png';
import { classesOfRun } from '../classes/classes';
import type { OpenProject } from '../project/open-project';
import type { FoundImage } from '../queries/image-rows';
import type { RunRow } from '../queries/runs';

/**
 * Readable images of which a run has no prediction with Best masks, or without, in order of their ids: at most `limit` after `after`. Predictions whose files have gone
 * count as never made; they are looked for when the first images are asked for.
 */
export async function imagesToPredict(
  project: OpenProject,
  run: RunRow,
  best: boolean,
  after: number,
  limit: number,
): Promise<FoundImage[]> {
  if (after === 0) await forgetGone(project, run);
  return project.reading.rows.unpredicted(run.number, best, after, limit);
}

async function forgetGone({ db, layout, queries, reading }: OpenProject, run: RunRow): Promise<void> {
  const files = await namesIn(join(layout.runs, run.id, RUN_FILES.predictions));
  for await (const images of reading.rows.predicted(run.number)) {
    const gone = images.filter((image) => !files.has(nameOf(predictionFile(image))));
    if (gone.length > 0) db.transaction(() => gone.forEach((image) => queries.predictions.forget(run.number, image)))();
  }
}

/** Names in a folder, none when it is not there; perhaps a million. */
async function namesIn(folder: string): Promise<Set<string>> {
  const names = new Set<string>();
  try {
    for await (const { name } of await opendir(folder, { bufferSize: 1000 })) names.add(name);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return names;
}

const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1);

/**
 * What the teacher of a run says of each pixel, planes as in `run.ts`. Classes are today's: one merged since appears as what it became,
 * one removed as 255.
 * @throws EspalierError PREDICTION_MISSING when there is none of the image as it is now; PREDICTION_DAMAGED when its file cannot be used:
 *   from then on there is none
 */
export async function readPrediction(
  project: OpenProject,
  run: RunRow,
  image: Omit<FoundImage, 'stem'>,
): Promise<ResultOf<'predictions.read'>> {
  const params = { run: run.id, name: image.path };
  const { predictions } = project.queries;
  const version = predictions.made(run.number, image.id);
  if (version === undefined) throw new EspalierError('PREDICTION_MISSING', params);
  const { width, height } = image;
  const data = await readPlanes(join(project.layout.runs, run.id, predictionFile(image.id)), { kind: 'rgb', width, height }, (cause) => {
    predictions.forget(run.number, image.id);
    return new EspalierError('PREDICTION_DAMAGED', params, { cause });
  });

  const meaning = classesOfRun(project, run.number);
  const size = width * height;
  const [classes, confidence, similarity] = [new Uint8Array(size), new Uint8Array(size), new Uint8Array(size)];
  for (let i = 0, at = 0; i < size; i++, at += 3) {
    classes[i] = meaning[data[at]!]!;
    confidence[i] = data[at + 1]!;
    similarity[i] = data[at + 2]!;
  }
  return { version, width, height, classes, confidence, similarity };
}

/**
 * What the teacher of a run sees at each cell of an image: its embedding as in `run.ts`, one channel after the other.
 * @throws EspalierError EMBEDDING_MISSING when there is none of the image as it is now
 */
export async function readEmbedding(
  project: OpenProject,
  run: RunRow,
  image: Omit<FoundImage, 'stem'>,
): Promise<ResultOf<'predictions.embedding'>> {
  const missing = (cause?: unknown) => new EspalierError('EMBEDDING_MISSING', { run: run.id, name: image.path }, { cause });
  if (project.queries.predictions.made(run.number, image.id) === undefined) throw missing();
  const { columns, rows } = embeddingGrid(image);
  const file = join(project.layout.runs, run.id, embeddingFile(image.id));
  const data = await readPlanes(file, { kind: 'grey', width: columns, height: rows * EMBEDDING.channels }, missing);
  return { columns, rows, values: new Uint8Array(data) };
}

/** The numbers of a PNG that must be of this kind and size, which is known before anything of it is decompressed. */
async function readPlanes(
  file: string,
  expected: Omit<PngImage, 'data'>,
  missing: (cause?: unknown) => EspalierError,
): Promise<Uint8Array> {
  const refuse = (error: unknown): never => {
    throw missing(error);
  };
  const { kind, width, height } = await readPngHeader(file).catch(refuse);
  if (kind !== expected.kind || width !== expected.width || height !== expected.height) throw missing();
  return (await readPng(file).catch(refuse)).data;
}
