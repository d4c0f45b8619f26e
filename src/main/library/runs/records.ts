import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EpochReport, type RunRecord } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import type { ResultOf } from '@shared/protocol';
import { CHECKPOINT_FILES, RUN_FILES } from '@shared/run';
import { TrainSettings } from '@shared/settings';
import type { Project } from '../project';
import type { RunRow } from '../queries/runs';

/** @throws EspalierError RUN_UNKNOWN */
export function runOf(project: Project, id: string): RunRow {
  const row = project.queries.runs.get(id);
  if (!row) throw new EspalierError('RUN_UNKNOWN', { run: id });
  return row;
}

export function runRecord(project: Project, row: RunRow): RunRecord {
  const reports = project.queries.runs.epochs(row.number).map((report) => JSON.parse(report) as unknown);
  return {
    id: row.id,
    number: row.number,
    createdAt: row.created_at,
    status: row.status,
    reason: row.reason,
    settings: TrainSettings.parse(JSON.parse(row.settings)),
    labelledImages: row.labelled_images,
    unlabelledImages: row.unlabelled_images,
    epochs: z.array(EpochReport).parse(reports),
    seconds: row.seconds,
    predictedImages: row.predicted_images,
    reviewBeta: row.review_beta,
    resumable: (row.status === 'stopped' || row.status === 'failed') && hasCheckpoint(project, row),
  };
}

/**
 * Marks a run that has ended as running again, to go on from its last checkpoint.
 * @throws EspalierError RUN_UNKNOWN, TRAIN_BUSY, RUN_FINISHED, RUN_NO_CHECKPOINT
 */
export function resumeRun(project: Project, runId: string): ResultOf<'runs.resume'> {
  const row = runOf(project, runId);
  if (row.status === 'running') throw new EspalierError('TRAIN_BUSY');
  if (row.status === 'finished') throw new EspalierError('RUN_FINISHED', { run: runId });
  if (!hasCheckpoint(project, row)) throw new EspalierError('RUN_NO_CHECKPOINT', { run: runId });
  project.queries.runs.resume(runId);
  return { folder: join(project.layout.runs, runId), settings: TrainSettings.parse(JSON.parse(row.settings)) };
}

function hasCheckpoint({ layout }: Project, { id }: RunRow): boolean {
  return CHECKPOINT_FILES.some((file) => existsSync(join(layout.runs, id, RUN_FILES.checkpoint, file)));
}
