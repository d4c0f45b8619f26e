import { z } from 'zod';
import { EpochReport, type RunRecord } from '@shared/domain';
import { EspalierError } from '@shared/errors';
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
  };
}
