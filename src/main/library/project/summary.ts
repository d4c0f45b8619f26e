import type { ProjectSummary } from '@shared/protocol';
import type { OpenProject } from './open-project';

/** What the window shows of the whole project. */
export async function summaryOf({ layout, queries, reading }: OpenProject): Promise<ProjectSummary> {
  let [total, problem] = [0, 0];
  for (const { bucket, images } of await reading.images.counts()) {
    total += images;
    if (bucket === 'problem') problem += images;
  }
  const labelled = await reading.images.labelledCount();
  const images = { total, labelled, unlabelled: total - problem - labelled, problem };
  return { id: queries.project.id(), folder: layout.folder, name: layout.name, classes: queries.classes.list(), images };
}
