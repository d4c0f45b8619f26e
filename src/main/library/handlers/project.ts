import type { MethodOf } from '@shared/protocol';
import type { Handlers } from '@shared/rpc';
import { indexFolder } from '../images/indexer';
import type { OpenProject } from '../project/open-project';
import { summaryOf } from '../project/summary';

/** Methods answered about the open project, which `project()` gives or throws PROJECT_NOT_OPEN. */
export type ProjectMethod = Exclude<
  MethodOf<'library'>,
  'project.open' | 'project.close' | 'project.backups' | 'project.restore' | 'project.verify' | 'sample.create' | 'formats.list'
>;
export type Open = () => OpenProject;

/** Methods that change nothing in the project. All others are answered only while what they save is under the path that is shown. */
export const READS: ReadonlySet<ProjectMethod> = new Set<ProjectMethod>([
  'project.summary',
  'images.list',
  'images.get',
  'images.position',
  'images.picture',
  'images.tile',
  'images.samples',
  'images.named',
  'classes.list',
  'classes.counts',
  'classes.usage',
  'labels.read',
  'labels.versions',
  'labels.stamp',
  'runs.list',
  'runs.get',
  'runs.folder',
  'runs.space',
  'comparisons.read',
  'predictions.read',
  'predictions.embedding',
  'review.decisions',
  'review.tryRule',
  'import.look',
  'export.masks',
  'subsets.get',
  'subsets.labelled',
]);

export function projectHandlers(project: Open): Handlers<'project.summary' | 'project.check' | 'project.index'> {
  return {
    'project.summary': () => summaryOf(project()),
    // What changes something checks the place; this changes nothing and is for that check alone.
    'project.check': () => null,
    'project.index': (_, context) => indexFolder(project(), context),
  };
}
