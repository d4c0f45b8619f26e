import { constants } from 'node:fs';
import { access, mkdir, realpath, stat } from 'node:fs/promises';
import { EspalierError, messageOf } from '@shared/errors';
import type { ParamsOf, ProjectSummary } from '@shared/protocol';
import { backUpWhenDue } from './backups';
import { databaseError, openDatabase, type Database } from './database';
import { walkImages } from './images/walk';
import { addFirstClasses } from './labels/classes';
import { LabelStore } from './labels/store';
import { layoutOf, type Layout } from './layout';
import { classQueries } from './queries/classes';
import { prepareQueries, type Queries } from './queries';
import type { ImageRow } from './queries/images';

/** An open project: its files, its database (held by this process alone) and the labels in it. */
export interface Project {
  readonly layout: Layout;
  readonly db: Database;
  readonly queries: Queries;
  readonly labels: LabelStore;
}

/**
 * Opens the project of a folder; creates it when `create` is given and there is none.
 * @throws EspalierError FOLDER_MISSING, FOLDER_EMPTY, FOLDER_READ_ONLY, PROJECT_*, DISK_FULL
 */
export async function openProject({ folder, create }: ParamsOf<'project.open'>): Promise<Project> {
  const layout = layoutOf(await existingFolder(folder));
  const exists = (await stat(layout.database).catch(() => null)) !== null;
  if (!exists && create === null) throw new EspalierError('PROJECT_MISSING', { folder: layout.folder });
  try {
    if (!exists) await makeHome(layout);
    for (const each of [layout.folder, layout.home]) await access(each, constants.W_OK);
    const db = await openDatabase(layout, create && ((fresh) => addFirstClasses(classQueries(fresh), create.classes)));
    try {
      return await prepare(layout, db);
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw databaseError(error, layout);
  }
}

export function summaryOf({ layout, queries }: Project): ProjectSummary {
  let [total, problem] = [0, 0];
  for (const { bucket, images } of queries.images.counts()) {
    total += images;
    if (bucket === 'problem') problem += images;
  }
  const labelled = queries.images.labelledCount();
  const images = { total, labelled, unlabelled: total - problem - labelled, problem };
  return { folder: layout.folder, name: layout.name, classes: queries.classes.list(), images };
}

/** @throws EspalierError IMAGE_UNKNOWN */
export function imageOf(project: Project, id: number): ImageRow {
  const row = project.queries.images.get(id);
  if (!row) throw new EspalierError('IMAGE_UNKNOWN', { id });
  return row;
}

async function prepare(layout: Layout, db: Database): Promise<Project> {
  const queries = prepareQueries(db);
  queries.runs.markInterrupted(messageOf('RUN_STOPPED_EARLY', { reason: 'Espalier was closed' }));
  // A project that cannot be backed up (no space left, say) can still be worked on.
  await backUpWhenDue(db, layout.backups).catch((error: unknown) => console.warn('The project was not backed up:', error));
  return { layout, db, queries, labels: new LabelStore(db, queries) };
}

async function existingFolder(folder: string): Promise<string> {
  const real = await realpath(folder).catch(() => null);
  if (!real || !(await stat(real)).isDirectory()) throw new EspalierError('FOLDER_MISSING', { folder });
  return real;
}

async function makeHome(layout: Layout): Promise<void> {
  if (!(await hasImages(layout.folder))) throw new EspalierError('FOLDER_EMPTY', { folder: layout.folder });
  await access(layout.folder, constants.W_OK);
  await mkdir(layout.home, { recursive: true });
}

async function hasImages(folder: string): Promise<boolean> {
  for await (const path of walkImages(folder, { onProblem: () => undefined })) return path.length > 0;
  return false;
}
