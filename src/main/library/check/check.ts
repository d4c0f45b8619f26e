import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Database } from 'better-sqlite3';
import { EspalierError, type ErrorCode } from '@shared/errors';
import type { Fault, ParamsOf, Progress, ResultOf } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { insideOf } from '../../media/inside';
import { backupsThere } from '../backups/list';
import { backUp } from '../backups/make';
import { putForeignJournalAside, sizeOf, stampOf } from '../files/journal';
import { layoutOfFolder } from '../files/locate';
import type { Layout } from '../files/layout';
import { lockProject } from '../files/lock';
import { openDatabase } from '../opening/database';
import { ProgressMeter } from '../progress/meter';
import { prepareQueries, type Queries } from '../queries';
import type { ImageRow } from '../queries/images';
import { checkDatabase } from './database';
import { fault, type FoundFault } from './faults';
import { checkBackups, checkCopies, checkLeftovers } from './files';
import { checkLabels } from './labels';
import { checkPrediction, checkRun, checkStrangers } from './runs';

/** Images read from the database at a time. */
const SLICE = 500;
/** Faults told at most, each in its own sentence. */
const TOLD = 1000;

/** What is kept before it is repaired: all else can be made again. */
const OF_LABELS: ReadonlySet<ErrorCode> = new Set(['CHECK_LABELS', 'CHECK_CLASSES', 'CHECK_COUNTS']);

type Context = Pick<CallContext<Progress>, 'signal' | 'progress'>;

/**
 * Looks for faults in all that Espalier keeps of a project, which nobody may have open; with `repair` mends what can be mended, after a
 * backup. Nothing is repaired that could still be read before.
 * @throws EspalierError PROJECT_MISSING, PROJECT_LOST, PROJECT_IN_USE, PROJECT_NEWER, PROJECT_LINK
 */
export async function checkProject({ folder, repair }: ParamsOf<'project.verify'>, context: Context): Promise<ResultOf<'project.verify'>> {
  const layout = await layoutOfFolder(folder);
  if (!(await sizeOf(layout.database))) {
    const count = await backupsThere(layout.backups);
    throw count > 0 ? new EspalierError('PROJECT_LOST', { folder, count }) : new EspalierError('PROJECT_MISSING', { folder });
  }
  const lock = lockProject(layout);
  try {
    await putForeignJournalAside(layout);
    const database = checkDatabase(layout);
    // What the rest is read by comes first.
    if (repair) for (const each of database.faults) await each.repair?.();
    const leftovers: FoundFault[] = [];
    for await (const each of checkLeftovers(layout.home)) leftovers.push(each);
    const inside = database.readable ? await checkInside(layout, repair, context) : { faults: [], backup: null };
    if (repair) for (const each of leftovers) await each.repair?.();
    const faults = [...database.faults, ...inside.faults, ...(await checkBackups(layout)), ...leftovers];
    return tell(faults, repair, inside.backup);
  } finally {
    lock.release();
  }
}

/** What the database says, and the files that it speaks of. */
async function checkInside(layout: Layout, repair: boolean, context: Context): Promise<{ faults: FoundFault[]; backup: string | null }> {
  const db = await openDatabase(layout, null);
  try {
    const queries = prepareQueries(db);
    const faults: FoundFault[] = [];
    for await (const each of faultsInside(layout, db, queries, context)) faults.push(each);
    const due = faults.filter((each) => each.repair !== null);
    if (!repair) return { faults, backup: null };
    const precious = due.some(({ code }) => OF_LABELS.has(code));
    const backup = precious ? await backUp(db, layout.backups, `before-repair-${stampOf(new Date())}`) : null;
    for (const each of due) await each.repair?.();
    return { faults, backup: backup && basename(backup) };
  } finally {
    db.close();
  }
}

async function* faultsInside(layout: Layout, db: Database, queries: Queries, { signal, progress }: Context): AsyncGenerator<FoundFault> {
  const classes = new Set(queries.classes.list().map(({ id }) => id));
  const runs = queries.runs.list();
  for (const run of runs) yield* await checkRun(layout, run);
  yield* await checkStrangers(layout, new Set(runs.map(({ id }) => id)));
  const gone: string[] = [];
  const meter = new ProgressMeter(queries.images.count(), progress);
  for (let after = 0; ;) {
    const images = queries.images.after(after, SLICE);
    if (images.length === 0) break;
    for (const image of images) {
      signal.throwIfAborted();
      yield* checkLabels(db, queries, image, classes);
      for (const run of runs) {
        if (queries.predictions.made(run.number, image.id) !== undefined) yield* await checkPrediction(layout, queries, run, image);
      }
      if (image.status === 'ok' && !(await isThere(layout, image))) gone.push(image.path);
      meter.advance();
      await new Promise(setImmediate);
    }
    after = images.at(-1)!.id;
  }
  if (gone.length > 0) yield fault('CHECK_IMAGES', { count: gone.length, first: gone[0]! });
  yield* checkCopies(layout, queries);
}

/** Whether the file of an image is there, as long as it was when it was indexed. */
async function isThere({ folder }: Layout, { path, size }: ImageRow): Promise<boolean> {
  const file = await insideOf(folder, path);
  return (
    file !== null &&
    (await stat(file).then(
      (found) => found.size,
      () => -1,
    )) === size
  );
}

function tell(found: readonly FoundFault[], repair: boolean, backup: string | null): ResultOf<'project.verify'> {
  const state = ({ repair: mend }: FoundFault): Fault['state'] => (mend === null ? 'beyond' : repair ? 'repaired' : 'repairable');
  const faults = found.map((each) => ({ code: each.code, sentence: each.sentence, state: state(each) }));
  return { faults: faults.slice(0, TOLD), more: Math.max(0, faults.length - TOLD), backup };
}
