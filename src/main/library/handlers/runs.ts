import { join } from 'node:path';
import type { Handlers } from '@shared/rpc';
import { imageFile } from '../images/file';
import { imageOf } from '../project';
import { createRun } from '../runs/create';
import { readEmbedding, readPrediction } from '../runs/prediction';
import { resumeRun, runOf, runRecord } from '../runs/records';
import type { Open } from './project';

type RunMethods = 'runs.list' | 'runs.get' | 'runs.create' | 'runs.resume' | 'runs.record' | 'runs.finish' | 'runs.folder';
type PredictionMethods = 'predictions.record' | 'predictions.read' | 'predictions.embedding';

export function runHandlers(project: Open): Handlers<RunMethods | PredictionMethods> {
  return {
    'runs.list': () =>
      project()
        .queries.runs.list()
        .map((row) => runRecord(project(), row)),
    'runs.get': ({ runId }) => runRecord(project(), runOf(project(), runId)),
    'runs.create': (params) => createRun(project(), params),
    'runs.resume': ({ runId }) => resumeRun(project(), runId),
    'runs.record': ({ runId, report }) => {
      project().queries.runs.record(runOf(project(), runId).number, report.epoch, JSON.stringify(report));
      return null;
    },
    'runs.finish': ({ runId, status, reason, seconds }) => {
      const run = runOf(project(), runId);
      const { runs, predictions } = project().queries;
      runs.finish(run.id, status, reason, seconds);
      // A resumed run has another teacher now than the one that predicted.
      if (status !== 'failed') predictions.forgetRun(run.number);
      return runRecord(project(), runOf(project(), runId));
    },
    'runs.folder': ({ runId }) => {
      const { layout, queries } = project();
      const run = runOf(project(), runId);
      const images = queries.predictions.missing(run.number).map((row) => imageFile(project(), row));
      return { folder: join(layout.runs, run.id), images };
    },
    'predictions.record': ({ runId, imageId, shares, beta }) => {
      const { runs, predictions } = project().queries;
      const run = runOf(project(), runId);
      predictions.record(run.number, imageOf(project(), imageId).id, shares);
      if (run.review_beta !== beta) runs.setReviewBeta(run.number, beta);
      return null;
    },
    'predictions.read': async ({ runId, imageId }) => readPrediction(project(), runOf(project(), runId), imageOf(project(), imageId)),
    'predictions.embedding': async ({ runId, imageId }) => readEmbedding(project(), runOf(project(), runId), imageOf(project(), imageId)),
  };
}
