import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { EpochReport, type RunRecord } from '@shared/domain';
import { EspalierError, messageOf } from '@shared/errors';
import type { ResultOf } from '@shared/protocol';
import { CHECKPOINT_FILES, HEAD_FILE, RUN_FILES } from '@shared/run';
import { TrainSettings } from '@shared/settings';
import { runOf, type OpenProject } from '../project/open-project';
import type { RunRow } from '../queries/runs';

export function runRecord(project: OpenProject, row: RunRow): RunRecord {
  const settings = settingsOf(row);
  return {
    id: row.id,
    number: row.number,
    createdAt: row.created_at,
    status: row.status,
    reason: settings ? row.reason : messageOf('RUN_FOREIGN', { run: row.id }),
    settings,
    notes: project.queries.runs.notes(row.number),
    comment: row.comment,
    labelledImages: row.labelled_images,
    unlabelledImages: row.unlabelled_images,
    epochs: project.queries.runs.epochs(row.number).flatMap((report) => parsed(EpochReport, report) ?? []),
    seconds: row.seconds,
    predictedImages: row.predicted_images,
    reviewedImages: row.reviewed_images,
    bestImages: project.queries.predictions.best(row.number),
    predictionProblem: row.prediction_problem,
    leftOut: project.queries.runs.leftOut(row.number),
    reviewBeta: row.review_beta,
    chain: row.chain,
    labelledPixels: row.labelled_pixels,
    resumable: settings !== null && row.status !== 'running' && row.status !== 'finished' && hasCheckpoint(project, row),
    predictable: settings !== null && row.status !== 'running' && hasCheckpoint(project, row),
    continuable:
      settings !== null &&
      row.status !== 'running' &&
      hasCheckpoint(project, row, settings.decoder === 'pixel' ? [HEAD_FILE] : CHECKPOINT_FILES),
  };
}

/**
 * Marks a run that has ended as running again, to go on from its last checkpoint.
 * @throws EspalierError RUN_UNKNOWN, TRAIN_BUSY, RUN_FINISHED, RUN_FOREIGN, RUN_NO_CHECKPOINT
 */
export async function resumeRun(project: OpenProject, runId: string): Promise<ResultOf<'runs.resume'>> {
  const row = runOf(project, runId);
  if (row.status === 'running') throw new EspalierError('TRAIN_BUSY');
  if (row.status === 'finished') throw new EspalierError('RUN_FINISHED', { run: runId });
  const settings = settingsOf(row);
  if (!settings) throw new EspalierError('RUN_FOREIGN', { run: runId });
  if (!hasCheckpoint(project, row)) throw new EspalierError('RUN_NO_CHECKPOINT', { run: runId });
  project.queries.runs.resume(runId);
  const { layout, reading } = project;
  return { folder: join(layout.runs, runId), settings, pixels: await reading.rows.pixels(), seconds: row.seconds };
}

/** Null when another version of Espalier wrote them, and this one does not understand them. */
export function settingsOf({ settings }: RunRow): TrainSettings | null {
  return parsed(TrainSettings, settings);
}

/** What a text of JSON says, if it is as the schema wants it. */
function parsed<S extends z.ZodType>(schema: S, text: string): z.output<S> | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function hasCheckpoint({ layout }: OpenProject, { id }: RunRow, files: readonly string[] = CHECKPOINT_FILES): boolean {
  return files.some((file) => existsSync(join(layout.runs, id, RUN_FILES.checkpoint, file)));
}
