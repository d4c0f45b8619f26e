import { join } from 'node:path';
import type { Handlers } from '@shared/rpc';
import { imageFile } from '../images/file';
import { imageOf, runOf } from '../project/open-project';
import { createRun } from '../runs/create';
import { recordNews } from '../runs/news';
import { imagesToPredict, readEmbedding, readPrediction } from '../runs/prediction';
import { resumeRun, runRecord } from '../runs/records';
import { removeRun, spaceOf } from '../runs/remove';
import { pruneRounds } from '../runs/rounds';
import type { Open } from './project';

type RunMethods =
  | 'runs.list'
  | 'runs.get'
  | 'runs.comment'
  | 'runs.space'
  | 'runs.remove'
  | 'runs.create'
  | 'runs.resume'
  | 'runs.record'
  | 'runs.finish'
  | 'runs.prune'
  | 'labels.stamp'
  | 'runs.predicted'
  | 'runs.folder'
  | 'runs.unpredicted';
type PredictionMethods = 'predictions.read' | 'predictions.embedding';

export function runHandlers(project: Open): Handlers<RunMethods | PredictionMethods> {
  return {
    'runs.list': () =>
      project()
        .queries.runs.list()
        .map((row) => runRecord(project(), row)),
    'runs.get': ({ runId }) => runRecord(project(), runOf(project(), runId)),
    'runs.comment': ({ runId, comment }) => {
      project().queries.runs.setComment(runOf(project(), runId).id, comment);
      return runRecord(project(), runOf(project(), runId));
    },
    'runs.space': async ({ runId }) => ({ bytes: await spaceOf(project(), runOf(project(), runId)) }),
    'runs.remove': async ({ runId }) => {
      await removeRun(project(), runOf(project(), runId));
      return null;
    },
    'runs.create': (params) => createRun(project(), params),
    'runs.resume': ({ runId }) => resumeRun(project(), runId),
    'runs.record': ({ runId, news }) => {
      recordNews(project(), runOf(project(), runId), news);
      return null;
    },
    'runs.finish': ({ runId, status, reason, seconds }) => {
      const run = runOf(project(), runId);
      const { runs, predictions } = project().queries;
      runs.finish(run.id, status, reason, seconds);
      // A resumed run has another teacher now than the one that predicted.
      if (status !== 'failed' && status !== 'interrupted') predictions.forgetRun(run.number);
      return runRecord(project(), runOf(project(), runId));
    },
    'runs.prune': async (params) => {
      await pruneRounds(project(), params);
      return null;
    },
    'labels.stamp': () => ({ stamp: project().queries.labels.stamp() }),
    'runs.predicted': ({ runId, problem }) => {
      project().queries.runs.setPredictionProblem(runOf(project(), runId).id, problem);
      return runRecord(project(), runOf(project(), runId));
    },
    'runs.folder': ({ runId }) => join(project().layout.runs, runOf(project(), runId).id),
    'runs.unpredicted': async ({ runId, best, after, limit }) =>
      (await imagesToPredict(project(), runOf(project(), runId), best, after, limit)).map((row) => imageFile(project(), row)),
    'predictions.read': async ({ runId, imageId }) => readPrediction(project(), runOf(project(), runId), imageOf(project(), imageId)),
    'predictions.embedding': async ({ runId, imageId }) => readEmbedding(project(), runOf(project(), runId), imageOf(project(), imageId)),
  };
}
