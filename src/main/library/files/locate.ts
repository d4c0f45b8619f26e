import { realpath, stat } from 'node:fs/promises';
import { EspalierError } from '@shared/errors';
import { refuseLinksIn } from '../../media/own-files';
import { layoutOf, type Layout } from './layout';

/**
 * Where everything of a folder's project is. What Espalier keeps there must be its own: SQLite follows links when it writes.
 * @throws EspalierError FOLDER_MISSING, PROJECT_LINK
 */
export async function layoutOfFolder(folder: string): Promise<Layout> {
  const real = await realpath(folder).catch(() => null);
  if (!real || !(await stat(real)).isDirectory()) throw new EspalierError('FOLDER_MISSING', { folder });
  const layout = layoutOf(real);
  await refuseLinksIn(layout.home);
  return layout;
}
