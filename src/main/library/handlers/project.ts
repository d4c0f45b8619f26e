import type { MethodOf } from '@shared/protocol';
import type { Handlers } from '@shared/rpc';
import { indexFolder } from '../images/indexer';
import { summaryOf, type Project } from '../project';

/** Methods answered about the open project, which `project()` gives or throws PROJECT_NOT_OPEN. */
export type ProjectMethod = Exclude<
  MethodOf<'library'>,
  'project.open' | 'project.close' | 'project.backups' | 'project.restore' | 'sample.create'
>;
export type Open = () => Project;

export function projectHandlers(project: Open): Handlers<'project.summary' | 'project.index'> {
  return {
    'project.summary': () => summaryOf(project()),
    'project.index': (_, context) => indexFolder(project(), context),
  };
}
