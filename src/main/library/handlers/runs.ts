import { join } from 'node:path';
import type { Handlers } from '@shared/rpc';
import { imageFile } from '../images/file';
import { imageOf } from '../project';
import { createRun } from '../runs/create';
import { readEmbedding, readPrediction } from '../runs/prediction';
import { runOf, runRecord } from '../runs/records';
import type { Open } from './project';

type RunMethods = 'runs.list' | 'runs.get' | 'runs.create' | 'runs.record' | 'runs.finish' | 'runs.folder';
type PredictionMethods = 'predictions.record' | 'predictions.read' | 'predictions.embedding';

export function runHandlers(project: Open): Handlers<RunMethods | PredictionMethods> {
  return {
    'runs.list': () =>
      project()
        .queries.runs.list()
        .map((row) => runRecord(project(), row)),
    'runs.get': ({ runId }) => runRecord(project(), runOf(project(), runId)),
    'runs.create': (params) => createRun(project(), params),
    'runs.record': ({ runId, report }) => {
      project().queries.runs.record(runOf(project(), runId).number, report.epoch, JSON.stringify(report));
      return null;
    },
    'runs.finish': ({ runId, status, reason, seconds }) => {
      project().queries.runs.finish(runOf(project(), runId).id, status, reason, seconds);
      return runRecord(project(), runOf(project(), runId));
    },
    'runs.folder': ({ runId }) => {
      const { layout, queries } = project();
      const run = runOf(project(), runId);
      const images = queries.predictions.missing(run.number).map((row) => imageFile(project(), row));
      return { folder: join(layout.runs, run.id), images };
    },
    'predictions.record': ({ runId, imageId, shares }) => {
      project().queries.predictions.record(runOf(project(), runId).number, imageOf(project(), imageId).id, shares);
      return null;
    },
    'predictions.read': async ({ runId, imageId }) => readPrediction(project(), runOf(project(), runId), imageOf(project(), imageId)),
    'predictions.embedding': async ({ runId, imageId }) => readEmbedding(project(), runOf(project(), runId), imageOf(project(), imageId)),
  };
}
