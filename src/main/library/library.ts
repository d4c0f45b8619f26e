import { EspalierError } from '@shared/errors';
import type { MethodOf, OpenedProject } from '@shared/protocol';
import type { CallContext, Handlers } from '@shared/rpc';
import { listBackups } from './backups/list';
import { restoreBackup } from './backups/restore';
import { checkProject } from './check/check';
import { databaseError } from './database/errors';
import { layoutOfFolder } from './files/locate';
import { describeFormats } from './formats/registry';
import { comparisonHandlers } from './handlers/comparisons';
import { imageHandlers } from './handlers/images';
import { classHandlers, labelHandlers } from './handlers/labels';
import { projectHandlers, READS, type ProjectMethod } from './handlers/project';
import { reviewHandlers } from './handlers/review';
import { runHandlers } from './handlers/runs';
import { subsetHandlers } from './handlers/subsets';
import { suggestionHandlers } from './handlers/suggestions';
import { transferHandlers } from './handlers/transfer';
import { closeProject, isSameProject, openProject } from './opening/open';
import { checkPlace, type OpenProject } from './project/open-project';
import { summaryOf } from './project/summary';
import { createSample } from './sample/sample';

export type LibraryHandlers = Handlers<MethodOf<'library'>>;

/**
 * The library: every method the protocol gives to it, about one open project at a time.
 * Closing (and opening another) first aborts what is going on and waits for it to end.
 * @param readerFile the program of the thread that reads lists, `reader/thread.mjs`
 */
export function createLibrary(readerFile: string): LibraryHandlers {
  let open: OpenProject | null = null;
  let closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  // Opening and closing take turns.
  let turn: Promise<unknown> = Promise.resolve();

  const project = (): OpenProject => {
    if (!open) throw new EspalierError('PROJECT_NOT_OPEN');
    return open;
  };

  const close = async (): Promise<void> => {
    closing.abort();
    await Promise.allSettled(running);
    const closed = open;
    open = null;
    closing = new AbortController();
    if (closed) await closeProject(closed);
  };

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work);
    turn = mine;
    return mine;
  };

  /** Ends work when its project closes, and names what went wrong in files and database. */
  const guarded = async <P, G, R>(
    name: ProjectMethod,
    handler: (params: P, context: CallContext<G>) => R,
    params: P,
    context: CallContext<G>,
  ): Promise<Awaited<R>> => {
    const held = project();
    const check = (): void => (READS.has(name) ? undefined : checkPlace(held));
    const signal = AbortSignal.any([context.signal, closing.signal]);
    const work = (async () => {
      check();
      const result = await handler(params, { ...context, signal });
      // Before it is called saved: what moved meanwhile took it along.
      check();
      return result;
    })();
    running.add(work);
    try {
      return await work;
    } catch (error) {
      throw databaseError(error, held.layout);
    } finally {
      running.delete(work);
    }
  };

  const guard = <M extends ProjectMethod>(handlers: Handlers<M>): Handlers<M> => {
    const entries = Object.entries(handlers) as [M, (params: unknown, context: CallContext<unknown>) => unknown][];
    return Object.fromEntries(
      entries.map(([name, handler]) => [name, (params: unknown, context: CallContext<unknown>) => guarded(name, handler, params, context)]),
    ) as Handlers<M>;
  };

  return {
    'project.open': (params) =>
      inTurn(async (): Promise<OpenedProject> => {
        // One that cannot be opened leaves the one that is; but nobody holds the same one twice.
        const again = open !== null && (await isSameProject(open, params.folder));
        if (again) await close();
        const fresh = await openProject(params, readerFile);
        if (!again) await close();
        open = fresh;
        return { ...(await summaryOf(fresh)), warnings: [...fresh.warnings] };
      }),
    'project.close': () => inTurn(close).then(() => null),
    'project.backups': async ({ folder }) =>
      (await listBackups((await layoutOfFolder(folder)).backups)).map(({ name, time, bytes, images, labelled }) => ({
        name,
        time,
        bytes,
        images,
        labelled,
      })),
    'project.restore': ({ folder, backup }) =>
      inTurn(async () => {
        const layout = await layoutOfFolder(folder);
        if (open?.layout.folder === layout.folder) await close();
        try {
          return { kept: await restoreBackup(layout, backup) };
        } catch (error) {
          throw databaseError(error, layout);
        }
      }),
    'project.verify': (params, context) =>
      inTurn(async () => {
        const layout = await layoutOfFolder(params.folder);
        if (open?.layout.folder === layout.folder) await close();
        try {
          return await checkProject(params, context);
        } catch (error) {
          throw databaseError(error, layout);
        }
      }),
    'sample.create': (params, context) => createSample(params, context),
    'formats.list': describeFormats,
    ...guard(projectHandlers(project)),
    ...guard(imageHandlers(project)),
    ...guard(classHandlers(project)),
    ...guard(labelHandlers(project)),
    ...guard(runHandlers(project)),
    ...guard(reviewHandlers(project)),
    ...guard(comparisonHandlers(project)),
    ...guard(subsetHandlers(project)),
    ...guard(suggestionHandlers(project)),
    ...guard(transferHandlers(project)),
  };
}
