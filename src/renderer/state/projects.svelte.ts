import { EspalierError, toEspalierError, type ErrorCode } from '@shared/errors';
import type { Backup, OpenedProject, ResultOf, Verification } from '@shared/protocol';
import { Emitter } from '../editor/emitter';
import type { Learning } from './learning.svelte';
import type { LostProject, LostProjectParts } from './lost-project.svelte';
import type { Review } from './review.svelte';

/** Failures to open a project that a backup may remedy. */
const RESTORABLE: ReadonlySet<ErrorCode> = new Set(['PROJECT_DAMAGED', 'PROJECT_LOST']);

/** Milliseconds between looks at an index that grows. */
const INDEX_SHOWN_EVERY = 1500;

export interface ProjectsParts extends LostProjectParts {
  readonly lost: LostProject;
  readonly learning: Learning;
  readonly review: Review;
}

/** How projects are opened, left and restored. One at a time is open; its folder is looked through as soon as it is. */
export class Projects {
  /** What the application was started with, and the projects of before. */
  info = $state.raw<ResultOf<'app.info'> | null>(null);
  /** The backups of a folder's project, one of which the user is asked to choose. */
  restoring = $state.raw<{ readonly folder: string; readonly backups: readonly Backup[] } | null>(null);
  /** What a check of the open project has found. */
  verified = $state.raw<Verification | null>(null);
  /** Another project is open. */
  readonly entered = new Emitter();
  #indexed: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: ProjectsParts) {}

  /** Fulfilled when the folder of the open project was looked through, or could not be. */
  get indexed(): Promise<unknown> {
    return this.#indexed;
  }

  /** Opens what the application was started with, if anything. */
  async start(): Promise<void> {
    const { notices, peer } = this.parts;
    await notices.attempt(async () => {
      this.info = await peer.call('app.info', null);
      if (this.info.openAtStart) await this.#open(this.info.openAtStart);
    });
  }

  /** Asks for a folder and opens it. */
  async openFolder(): Promise<void> {
    const { notices, peer } = this.parts;
    await notices.attempt(async () => {
      const folder = await peer.call('app.chooseFolder', { title: 'Open a folder of images' });
      if (folder) await this.#open(folder);
    });
  }

  async openRecent(folder: string): Promise<void> {
    await this.parts.notices.attempt(() => this.#open(folder));
  }

  /** Makes the sample where it is not there yet, and opens it. */
  async openSample(): Promise<void> {
    const { peer, preparing } = this.parts;
    await preparing.during('Making the sample images', async (onProgress) => {
      const folder = await peer.call('app.sample', null, { onProgress });
      await this.#open(folder);
    });
  }

  async close(): Promise<void> {
    const { notices, peer, project, runs } = this.parts;
    await notices.attempt(async () => {
      await this.#leave();
      await project.close();
      notices.clear();
      runs.clear();
      this.info = await peer.call('app.info', null);
    });
  }

  /** Gives up the changes that could not be saved, and the project with them when it was lost. */
  async discardUnsaved(): Promise<void> {
    const { calls, labels, lost, notices, project, runs, shown } = this.parts;
    await notices.attempt(async () => {
      if (lost.why) {
        await project.close();
        lost.why = null;
        runs.clear();
        notices.clear();
        calls.leave();
      }
      labels.discard();
      await shown.reload();
    });
  }

  /** Shows the backups of a folder's project, by default of the open one. */
  async chooseBackup(folder = this.parts.project.summary?.folder): Promise<void> {
    if (folder === undefined) return;
    const { notices, peer } = this.parts;
    await notices.attempt(async () => {
      this.restoring = { folder, backups: await peer.call('project.backups', { folder }) };
    });
  }

  /** Makes one of the backups shown the project, and opens it. */
  async restore(backup: string): Promise<void> {
    const folder = this.restoring?.folder;
    this.restoring = null;
    if (folder === undefined) return;
    const { lost, notices, preparing, project, shown } = this.parts;
    await preparing.during('Restoring the backup', async () => {
      if (lost.why) {
        project.show(await project.restore(folder, backup));
        await lost.found();
      } else {
        await this.#enter(() => project.restore(folder, backup));
        await shown.reload();
      }
      notices.info('The backup was restored; what was there is kept among the backups.');
    });
  }

  /** Looks for faults in the open project, with `repair` mends what can be mended; what was found is shown. */
  async verify(repair = false): Promise<void> {
    this.verified = null;
    const { preparing, project, shown } = this.parts;
    await preparing.during(repair ? 'Repairing the project' : 'Checking the project', async (onProgress) => {
      await this.#enter(async () => {
        const { verification, opened } = await project.verify(repair, onProgress);
        this.verified = verification;
        return opened;
      });
      if (repair) await shown.reload();
    });
  }

  /** Brings the project up to date with its folder; images appear as they are found. */
  async index(): Promise<void> {
    const { images, project } = this.parts;
    const following = setInterval(() => void images.grow(), INDEX_SHOWN_EVERY);
    const changed = await project.index().finally(() => clearInterval(following));
    if (changed || images.active.total === 0) await images.reload();
  }

  async #open(folder: string): Promise<void> {
    const { preparing, project } = this.parts;
    try {
      preparing.now ??= { what: 'Opening the project', progress: null };
      await this.#enter(() => project.open(folder));
    } catch (thrown) {
      if (RESTORABLE.has(toEspalierError(thrown).code)) await this.chooseBackup(folder);
      throw thrown;
    } finally {
      preparing.now = null;
    }
  }

  /** A project can be left when everything is saved and no run needs it. */
  async #leave(): Promise<void> {
    if (this.parts.runs.busy) throw new EspalierError('TRAIN_BUSY');
    await this.parts.labels.flush();
    this.parts.calls.leave();
  }

  /** Leaves the open project for the one that `open` opens. */
  async #enter(open: () => Promise<OpenedProject>): Promise<void> {
    const { calls, images, lost, notices, project, review, runs } = this.parts;
    await this.#leave();
    try {
      const opened = await open();
      calls.enter();
      notices.clear();
      runs.clear();
      project.show(opened);
    } catch (thrown) {
      // The one that was open still is.
      calls.enter();
      if (project.summary) {
        project.indexing = null;
        await images.start(review.run?.id ?? null, review.pruned);
        this.#indexed = notices.attempt(() => this.index());
      }
      throw thrown;
    }
    lost.why = null;
    this.entered.emit();
    await Promise.all([runs.load(), this.parts.learning.load()]);
    await images.start(review.run?.id ?? null, review.pruned);
    this.#indexed = notices.attempt(() => this.index());
  }
}
