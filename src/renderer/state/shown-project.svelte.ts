import type { ClassSet } from '@shared/class-set';
import type { ImageRecord, LabelClass } from '@shared/domain';
import type { OpenedProject, Progress, ProjectSummary, ResultOf } from '@shared/protocol';
import type { Peer } from '@shared/rpc';
import type { Notices } from './notices.svelte';
import type { ProjectCalls } from './project-calls';

type Unreadable = ResultOf<'project.index'>['unreadable'];

/** The open project: its summary, classes, and the progress of looking through its folder. */
export class ShownProject {
  summary = $state.raw<ProjectSummary | null>(null);
  /** Progress of indexing, null when none is under way. */
  indexing = $state.raw<Progress | null>(null);
  /** Files the last index could not read, with the reasons. */
  unreadable = $state.raw<Unreadable>([]);
  readonly classes = $derived([...(this.summary?.classes ?? [])].sort((a, b) => a.position - b.position));
  readonly labelled = $derived(this.summary?.images.labelled ?? 0);
  readonly unlabelled = $derived(this.summary?.images.unlabelled ?? 0);
  readonly #byId = $derived<Partial<Record<number, LabelClass>>>(Object.fromEntries(this.classes.map((c) => [c.id, c])));

  constructor(
    private readonly peer: Peer,
    private readonly calls: ProjectCalls,
    private readonly notices: Notices,
  ) {}

  classOf(id: number): LabelClass | undefined {
    return this.#byId[id];
  }

  open(folder: string): Promise<OpenedProject> {
    return this.peer.call('app.openProject', { folder });
  }

  /** Opens the project that is shown where its folder is now. */
  reopen(folder: string): Promise<OpenedProject> {
    return this.peer.call('app.openProject', { folder, project: this.summary?.id });
  }

  /** Makes a backup the project of a folder, and opens it. */
  verify(repair: boolean, onProgress: (progress: Progress) => void): Promise<ResultOf<'app.verifyProject'>> {
    return this.peer.call('app.verifyProject', { repair }, { onProgress });
  }

  restore(folder: string, backup: string): Promise<OpenedProject> {
    return this.peer.call('app.restoreProject', { folder, backup });
  }

  /** Shows a project just opened. */
  show({ warnings, ...summary }: OpenedProject): void {
    this.summary = summary;
    this.indexing = null;
    this.unreadable = [];
    for (const { code, sentence } of warnings) this.notices.failure(sentence, code);
  }

  async close(): Promise<void> {
    await this.peer.call('app.closeProject', null);
    this.summary = null;
  }

  async refresh(): Promise<void> {
    const summary = await this.calls.call('project.summary', null);
    if (this.summary) this.summary = summary;
  }

  /** Brings the project up to date with its folder. Tells whether anything changed. */
  async index(): Promise<boolean> {
    if (this.indexing) return false;
    const { left } = this.calls;
    this.indexing = { done: 0, total: 0, secondsLeft: null };
    try {
      const found = await this.calls.call('project.index', null, { onProgress: (progress) => (this.indexing = progress) });
      this.unreadable = found.unreadable;
      await this.refresh();
      return found.added + found.changed + found.moved + found.removed > 0;
    } finally {
      // Of another project it is not ours.
      if (!left.aborted) this.indexing = null;
    }
  }

  /** Follows a change of one image without asking the library. */
  countLabelled(before: ImageRecord, after: ImageRecord): void {
    const change = Number(after.labelledPixels > 0) - Number(before.labelledPixels > 0);
    if (change === 0 || !this.summary) return;
    const { labelled, unlabelled, ...others } = this.summary.images;
    this.summary = { ...this.summary, images: { ...others, labelled: labelled + change, unlabelled: unlabelled - change } };
  }

  async addClass(name: string, color: string | null = null): Promise<LabelClass> {
    const added = await this.calls.call('classes.add', { name, color });
    this.#setClasses([...this.classes, added]);
    return added;
  }

  async updateClass(id: number, change: { name?: string; color?: string }): Promise<void> {
    const updated = await this.calls.call('classes.update', { id, ...change });
    this.#setClasses(this.classes.map((c) => (c.id === id ? updated : c)));
  }

  async recolorClasses(colors: readonly (readonly [id: number, color: string])[]): Promise<void> {
    this.#setClasses(await this.calls.call('classes.recolor', { colors: colors.map(([id, color]) => ({ id, color })) }));
  }

  /** Adds the classes of a set whose names are new, and gives the others its colours. */
  async addClassSet(set: ClassSet): Promise<void> {
    this.#setClasses(await this.calls.call('classes.addSet', { set }));
  }

  async reorderClasses(ids: number[]): Promise<void> {
    this.#setClasses(await this.calls.call('classes.reorder', { ids }));
  }

  async mergeClass(from: number, into: number): Promise<void> {
    this.#setClasses(await this.calls.call('classes.merge', { from, into }));
  }

  async removeClass(id: number): Promise<void> {
    this.#setClasses(await this.calls.call('classes.remove', { id }));
    await this.notices.attempt(() => this.refresh());
  }

  #setClasses(classes: LabelClass[]): void {
    if (this.summary) this.summary = { ...this.summary, classes };
  }
}
