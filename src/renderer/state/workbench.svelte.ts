import { createContext, untrack } from 'svelte';
import type { RunRecord } from '@shared/domain';
import type { Peer } from '@shared/rpc';
import type { Backup, OpenedProject, Progress, ResultOf, Warning } from '@shared/protocol';
import { EspalierError, toEspalierError, type ErrorCode } from '@shared/errors';
import { Editing } from './editing.svelte';
import { Acts } from './acts';
import { Commands } from './commands.svelte';
import { Images } from './images.svelte';
import { nextStep, type NextStep } from './next-step';
import { Notices } from './notices.svelte';
import { Plan } from './plan.svelte';
import { Project } from './project.svelte';
import { ProjectCalls } from './project-calls';
import { Review } from './review.svelte';
import { Runs } from './runs.svelte';
import type { View } from './shortcuts';
import { Status } from './status.svelte';
import { Theme } from './theme.svelte';
import { Weights } from './weights.svelte';

/** Milliseconds between looks at an index that grows. */
const INDEX_SHOWN_EVERY = 1500;

/** Failures to open a project that a backup may remedy. */
const RESTORABLE: ReadonlySet<ErrorCode> = new Set(['PROJECT_DAMAGED', 'PROJECT_LOST']);

/** Failures that mean: the project that is shown is not open, or not where it is shown. */
const LOST: ReadonlySet<ErrorCode> = new Set(['PROJECT_MOVED', 'PROJECT_NOT_OPEN']);

/** Milliseconds between looks at where the project is. */
const PLACE_LOOKED_AT_EVERY = 5000;

/** Everything the window shows, made once and handed down by context. */
export class Workbench {
  readonly notices = new Notices();
  readonly status = new Status();
  readonly theme = new Theme();
  readonly commands = new Commands();
  readonly acts = new Acts();
  /** For everything that is asked about the open project. */
  readonly calls: ProjectCalls;
  readonly project: Project;
  readonly images: Images;
  readonly runs: Runs;
  readonly weights: Weights;
  readonly plan = new Plan();
  readonly review: Review;
  readonly editing: Editing;
  /** The run whose predictions were looked at last. */
  reviewedRun = $state<string | null>(null);
  #reviewChosen = $state<string | null>(null);
  #view = $state<View>('label');
  gallery = $state(false);
  info = $state.raw<ResultOf<'app.info'> | null>(null);
  /** Why nothing can be saved in the open project until the user says where it is; null while it is where it is shown. */
  lost = $state.raw<Warning | null>(null);
  /** The backups of a folder's project, one of which the user is asked to choose. */
  restoring = $state.raw<{ readonly folder: string; readonly backups: readonly Backup[] } | null>(null);
  /** A folder of masks of 0 and 255, of which it is to be said what 255 is. */
  whiteMasks = $state.raw<string | null>(null);
  /** Work that must end before anything else can begin, such as making the sample. */
  preparing = $state.raw<{ readonly what: string; readonly progress: Progress | null } | null>(null);

  /** The next sensible step, which alone is highlighted. */
  get next(): NextStep | null {
    return nextStep({
      labelled: this.project.labelled,
      training: this.runs.busy,
      resumable: this.runs.toResume?.id ?? null,
      reviewable: this.runs.reviewable?.id ?? null,
      seen: this.reviewedRun,
    });
  }

  get view(): View {
    return this.#view;
  }

  set view(view: View) {
    this.#view = view;
    if (view === 'label') void this.images.show('labelling');
    if (view === 'review') void this.#enterReview();
  }

  constructor(readonly peer: Peer) {
    this.calls = new ProjectCalls(peer);
    this.project = new Project(peer, this.calls, this.notices);
    this.images = new Images(this.calls, this.project, this.acts, this.notices);
    this.runs = new Runs(peer, this.calls);
    this.weights = new Weights(peer, this.notices);
    this.review = new Review(this);
    this.editing = new Editing(this);
    this.acts.changed.on(() => this.#acted++);
    this.#listen();
    $effect.root(() => {
      $effect(() => {
        const runId = this.reviewRun?.id ?? null;
        untrack(() => void this.notices.attempt(() => this.images.lookAt(runId)));
      });
    });
  }

  /** Counts what was done and undone. */
  #acted = $state(0);

  /** Looks now and then, and when the user comes back to the window, whether the project is still where it is shown. */
  watch(): () => void {
    const look = (): void => void this.#look();
    const timer = setInterval(look, PLACE_LOOKED_AT_EVERY);
    window.addEventListener('focus', look);
    return () => {
      clearInterval(timer);
      window.removeEventListener('focus', look);
    };
  }

  async #look(): Promise<void> {
    if (!this.project.summary || this.preparing) return;
    try {
      await this.calls.call('project.check', null);
      if (!this.lost) return;
      this.lost = null;
      this.editing.retry();
    } catch (thrown) {
      this.lose(toEspalierError(thrown));
    }
  }

  /** Takes note of a failure that means: nothing can be saved until the user says where the project is. Others are told where they occur. */
  lose({ code, message }: Pick<EspalierError, 'code' | 'message'>): void {
    if (LOST.has(code) && this.project.summary) this.lost = { code, sentence: message };
  }

  /** Goes on with the project that was lost where it is now; what was painted meanwhile is saved there. */
  async reopen(folder = this.project.summary?.folder): Promise<void> {
    if (folder === undefined) return;
    this.preparing = { what: 'Opening the project', progress: null };
    try {
      this.project.show(await this.project.reopen(folder));
      await this.#found();
    } catch (thrown) {
      const { code, message } = toEspalierError(thrown);
      this.lost = { code, sentence: message };
    } finally {
      this.preparing = null;
    }
  }

  /** Asks where the project that was lost is now. */
  async reopenElsewhere(): Promise<void> {
    await this.notices.attempt(async () => {
      const folder = await this.peer.call('app.chooseFolder', { title: 'Choose the folder that the project is in now' });
      if (folder) await this.reopen(folder);
    });
  }

  async #found(): Promise<void> {
    this.lost = null;
    this.editing.retry();
    await Promise.all([this.images.reload(), this.runs.load()]);
    await this.editing.reload();
  }

  /** Gives up the changes that could not be saved, and the project with them when it was lost. */
  async discardUnsaved(): Promise<void> {
    await this.notices.attempt(async () => {
      if (this.lost) {
        await this.project.close();
        this.lost = null;
        this.runs.clear();
        this.notices.clear();
        this.#forget();
      }
      await this.editing.discard();
      this.status.saving = 'saved';
      this.status.unsaved = 0;
    });
  }

  /** Opens what the application was started with, if anything. */
  async start(): Promise<void> {
    await this.notices.attempt(async () => {
      this.info = await this.peer.call('app.info', null);
      if (this.info.openAtStart) await this.#open(this.info.openAtStart);
    });
  }

  /** Asks for a folder and opens it. */
  async openFolder(): Promise<void> {
    await this.notices.attempt(async () => {
      const folder = await this.peer.call('app.chooseFolder', { title: 'Open a folder of images' });
      if (folder) await this.#open(folder);
    });
  }

  async openRecent(folder: string): Promise<void> {
    await this.notices.attempt(() => this.#open(folder));
  }

  /** Makes the sample where it is not there yet, and opens it. */
  async openSample(): Promise<void> {
    await this.#prepare('Making the sample images', async (onProgress) => {
      const folder = await this.peer.call('app.sample', null, { onProgress });
      await this.#open(folder);
    });
  }

  /**
   * Takes masks made elsewhere into the open project; opens a folder of images first where none is open.
   * @param chosen the folder of masks; asked for when there is none
   * @param white what 255 is in masks of 0 and 255 alone: a class, or (null) unlabelled; asked for when it is left out
   */
  async importMasks(chosen: string | null = null, white?: number | null): Promise<void> {
    if (!this.project.summary) await this.openFolder();
    if (!this.project.summary) return;
    await this.#prepare('Importing masks', async (onProgress) => {
      const title = 'Choose the folder of masks (PNG, named like the images)';
      const folder = chosen ?? (await this.peer.call('app.chooseFolder', { title }));
      if (!folder) return;
      await this.#indexed;
      await this.editing.flush();
      const result = await this.calls.call('import.masks', { folder, imageIds: null, white }, { onProgress }).catch((error: unknown) => {
        if (!(error instanceof EspalierError && error.code === 'IMPORT_BINARY')) throw error;
        this.whiteMasks = folder;
        return null;
      });
      if (!result) return;
      const { imported, added, skipped } = result;
      this.notices.info(`${imported} masks imported.${added.length > 0 ? ` Classes added: ${added.join(', ')}.` : ''}`);
      const some = skipped.slice(0, 3).map(({ name, reason }) => `${name} (${reason})`);
      if (some.length > 0)
        this.notices.failure(`${skipped.length} masks were left out: ${some.join(', ')}${skipped.length > 3 ? ', …' : ''}.`);
      await this.project.refresh();
      await this.images.reload();
      await this.editing.reload();
    });
  }

  async closeProject(): Promise<void> {
    await this.notices.attempt(async () => {
      await this.#leave();
      await this.project.close();
      this.notices.clear();
      this.runs.clear();
      this.info = await this.peer.call('app.info', null);
    });
  }

  /** Shows the backups of a folder's project, by default of the open one. */
  async chooseBackup(folder = this.project.summary?.folder): Promise<void> {
    if (folder === undefined) return;
    await this.notices.attempt(async () => {
      this.restoring = { folder, backups: await this.peer.call('project.backups', { folder }) };
    });
  }

  /** Makes one of the backups shown the project, and opens it. */
  async restore(backup: string): Promise<void> {
    const folder = this.restoring?.folder;
    this.restoring = null;
    if (folder === undefined) return;
    await this.#prepare('Restoring the backup', async () => {
      if (this.lost) {
        this.project.show(await this.project.restore(folder, backup));
        await this.#found();
      } else {
        await this.#enter(() => this.project.restore(folder, backup));
        await this.editing.reload();
      }
      this.notices.info('The backup was restored; what was there is kept among the backups.');
    });
  }

  /** Brings the project up to date with its folder; images appear as they are found. */
  async index(): Promise<void> {
    const following = setInterval(() => void this.images.grow(), INDEX_SHOWN_EVERY);
    const changed = await this.project.index().finally(() => clearInterval(following));
    if (changed || this.images.active.total === 0) await this.images.reload();
  }

  /** Whether one image is worked on, so that undo concerns only that. In Review and in the gallery there is one order for all. */
  get #oneImage(): boolean {
    return this.#view === 'label' && !this.gallery;
  }

  can(kind: 'undo' | 'redo'): boolean {
    void [this.editing.revision, this.#acted];
    const { session } = this.editing;
    const image = this.#oneImage ? (this.images.current?.id ?? null) : null;
    const [known, before] = kind === 'undo' ? [this.acts.canUndo(image), session?.canUndo] : [this.acts.canRedo(image), session?.canRedo];
    return known || (before ?? false) || this.images.underWay;
  }

  /** Undoes what was done last, or does again what was undone last: to the image worked on, or to any. */
  async step(kind: 'undo' | 'redo'): Promise<void> {
    const { acts, editing, images } = this;
    if (editing.session?.document.gesture) return editing[kind]();
    const image = this.#oneImage ? ((await images.meant())?.id ?? null) : null;
    if (kind === 'undo' ? acts.canUndo(image) : acts.canRedo(image)) return acts[kind](image);
    // What was done before this window was opened is in the history of each image alone.
    editing[kind]();
  }

  /** The run under review: the one chosen, else the newest with predictions. */
  get reviewRun(): RunRecord | null {
    return this.runs.list.find((run) => run.id === this.#reviewChosen && run.predictedImages > 0) ?? this.runs.reviewable;
  }

  /** Reviews another run. */
  async reviewRunOf(id: string): Promise<void> {
    this.#reviewChosen = id;
    await this.#enterReview();
  }

  /** Sorts the images by how much the run under review doubts them, and starts with the most doubted one. */
  async #enterReview(): Promise<void> {
    const run = this.reviewRun;
    if (!run) return;
    const list = this.images.reviewing;
    const newRun = this.reviewedRun !== run.id;
    await this.images.lookAt(run.id);
    if (newRun || !list.loaded) await list.choose({ sort: 'doubted' });
    await this.images.show('reviewing');
    if (newRun) await this.images.select(0);
    this.reviewedRun = run.id;
  }

  #indexed: Promise<unknown> = Promise.resolve();

  /** A project can be left when everything is saved and no run needs it. */
  async #leave(): Promise<void> {
    if (this.runs.busy) throw new EspalierError('TRAIN_BUSY');
    await this.editing.flush();
    this.#forget();
  }

  /** From here on nothing asks about the project any more, nor is an answer about it heard. */
  #forget(): void {
    this.calls.leave();
    this.acts.clear();
    this.images.clear();
    this.review.clear();
    this.editing.forgetProject();
  }

  async #open(folder: string): Promise<void> {
    try {
      this.preparing ??= { what: 'Opening the project', progress: null };
      await this.#enter(() => this.project.open(folder));
    } catch (thrown) {
      if (RESTORABLE.has(toEspalierError(thrown).code)) await this.chooseBackup(folder);
      throw thrown;
    } finally {
      this.preparing = null;
    }
  }

  /** Leaves the open project for the one that `open` opens. */
  async #enter(open: () => Promise<OpenedProject>): Promise<void> {
    await this.#leave();
    try {
      const opened = await open();
      this.calls.enter();
      this.notices.clear();
      this.runs.clear();
      this.project.show(opened);
    } catch (thrown) {
      // The one that was open still is.
      this.calls.enter();
      if (this.project.summary) {
        this.project.indexing = null;
        await this.images.start(this.reviewRun?.id ?? null);
        this.#indexed = this.notices.attempt(() => this.index());
      }
      throw thrown;
    }
    this.lost = null;
    this.#view = 'label';
    this.gallery = false;
    this.reviewedRun = null;
    this.#reviewChosen = null;
    await this.runs.load();
    await this.images.start(this.reviewRun?.id ?? null);
    this.#indexed = this.notices.attempt(() => this.index());
  }

  async #prepare(what: string, work: (onProgress: (progress: Progress) => void) => Promise<void>): Promise<void> {
    this.preparing = { what, progress: null };
    await this.notices.attempt(() => work((progress) => (this.preparing = { what, progress })));
    this.preparing = null;
  }

  #listen(): void {
    const { peer, notices } = this;
    peer.on('training.changed', (change) => {
      if (change.reason) notices.failure(change.reason);
      void notices.attempt(async () => {
        await this.runs.changed(change);
        const run = this.runs.list.find(({ id }) => id === change.runId);
        if (!change.progress && run?.status === 'finished') notices.info(`Run ${run.number} has finished; Review shows what it believes.`);
        const { reviewing } = this.images;
        if (!change.progress && reviewing.query.runId === change.runId) await reviewing.reload();
      });
    });
    peer.on('project.changed', ({ what }) => {
      if (!this.project.summary) return;
      void notices.attempt(async () => {
        if (what === 'images') await Promise.all([this.project.refresh(), this.images.reload()]);
        else {
          if (what === 'predictions') this.review.forget();
          await this.runs.refresh();
        }
      });
    });
    peer.on('project.lost', ({ code, sentence }) => {
      if (this.project.summary) this.lost = { code, sentence };
      else notices.failure(sentence, code);
    });
    peer.on('child.restarted', ({ child }) => {
      if (child !== 'library' || !this.project.summary) return;
      void notices.attempt(async () => {
        await Promise.all([this.project.refresh(), this.runs.refresh(), this.images.reload()]);
        notices.info('The library process was restarted; everything saved is still there.');
      });
    });
  }
}

export const [useWorkbench, provideWorkbench] = createContext<Workbench>();
