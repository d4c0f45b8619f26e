import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LeftOut, RunNews } from '@shared/run-news';
import { imageOf, type OpenProject } from '../project/open-project';
import type { RunRow } from '../queries/runs';

/** Keeps what the engine told of a run, all or nothing. What is told again changes nothing. @throws EspalierError IMAGE_UNKNOWN */
export function recordNews(project: OpenProject, run: RunRow, news: readonly RunNews[]): void {
  project.db.transaction(() => {
    for (const each of news) record(project, run, each);
  })();
}

function record(project: OpenProject, { number }: RunRow, news: RunNews): void {
  const { runs, predictions } = project.queries;
  switch (news.kind) {
    case 'epoch':
      // The teacher has learnt more than the one that predicted.
      predictions.forgetRun(number);
      runs.record(number, news.report.epoch, JSON.stringify(news.report));
      break;
    case 'prediction':
      predictions.record(number, imageOf(project, news.imageId).id, news.shares, news.best);
      runs.takeIn(number, news.imageId);
      runs.setReviewBeta(number, news.beta);
      break;
    case 'leftOut':
      markUnreadable(project, news);
      runs.leaveOut(number, news);
      break;
    case 'note':
      runs.note(number, news.sentence);
  }
}

/** Lists an image among the problems of the project until it is indexed again. */
function markUnreadable({ layout, queries }: OpenProject, { imageId, reason }: LeftOut): void {
  const image = queries.images.get(imageId);
  if (image?.status !== 'ok') return;
  queries.images.setStatus(imageId, existsSync(join(layout.folder, image.path)) ? 'unreadable' : 'missing', reason);
}
