import type { ImageRecord } from '@shared/domain';
import type { SampleRange } from '@shared/picture';
import type { LabelState, ParamsOf } from '@shared/protocol';
import type { PictureSource } from '../canvas/picture';
import { Emitter } from '../editor/emitter';
import type { Acts } from './acts';
import { ImageList } from './image-list.svelte';
import type { Notices } from './notices.svelte';
import type { ShownProject } from './shown-project.svelte';
import type { ProjectCalls } from './project-calls';
import { ChosenImages } from './chosen-images.svelte';

/** Addresses of the picture, its tiles and its thumbnail; the version keeps caches honest. `range` counts for more than 8 bits. */
export function pictureSource({ id, version, path, width, height }: ImageRecord, range: SampleRange | null): PictureSource {
  const query = `v=${encodeURIComponent(version)}${range ? `&range=${range.black},${range.white}` : ''}`;
  const tileUrl = (level: number, x: number, y: number): string => `tile/${id}/${level}/${x}/${y}?${query}`;
  return { name: path, width, height, url: `image/${id}?${query}`, tileUrl };
}
export const thumbnailUrl = (image: ImageRecord): string => `thumbnail/${image.id}?v=${encodeURIComponent(image.version)}`;

/** The list of images shown now, and the image being worked on. Labelling and reviewing each have their own list. */
export class Images {
  readonly labelling: ImageList;
  readonly reviewing: ImageList;
  #showing = $state<'labelling' | 'reviewing'>('labelling');
  current = $state.raw<ImageRecord | null>(null);
  /** So many more images, or fewer, are called reviewed of a run than before. */
  readonly reviewed = new Emitter<{ readonly runId: string; readonly by: number }>();
  /** Several images chosen in the gallery. */
  readonly chosen = new ChosenImages();
  #visit = 0;
  #going: { readonly index: number; readonly record: Promise<ImageRecord | undefined> } | null = null;
  /** Place of the current image in the active list; null when the list leaves it out. */
  index = $state<number | null>(null);
  /** The run looked at: what is reviewed, and how much is doubted, is what it says. */
  runId: string | null = null;

  constructor(
    private readonly calls: ProjectCalls,
    private readonly project: ShownProject,
    private readonly acts: Acts,
    private readonly notices: Notices,
  ) {
    const onError = (thrown: unknown): void => notices.error(thrown);
    this.labelling = new ImageList(calls, onError);
    this.reviewing = new ImageList(calls, onError);
  }

  get active(): ImageList {
    return this.#showing === 'labelling' ? this.labelling : this.reviewing;
  }

  /** Shows nothing: the project is left. */
  clear(): void {
    this.reviewing.clear();
    this.#showing = 'labelling';
    this.labelling.clear();
    this.chosen.clear();
    this.current = null;
    this.index = null;
    this.#going = null;
    this.#visit++;
    void this.lookAt(null, false);
  }

  /** Reads the lists of a project just opened, as a run sees it, and goes to its first image. */
  async start(runId: string | null, pruned: boolean): Promise<void> {
    await this.lookAt(runId, pruned);
    await this.labelling.choose({ filter: 'all', sort: 'name', search: '' });
    await this.select(0);
  }

  async select(index: number): Promise<void> {
    this.#visit++;
    const list = this.active;
    const going = { index, record: list.fetch(index) };
    this.#going = going;
    const record = await going.record;
    if (this.#going !== going) return;
    this.#going = null;
    if (!record || list !== this.active) return;
    this.current = record;
    this.index = index;
  }

  /** True while another image than the current one has been asked for and is not shown yet. */
  get underWay(): boolean {
    return this.#going !== null;
  }

  /** Another number whenever another image is asked for: what is begun about an image is of no use in the next. */
  get visit(): number {
    return this.#visit;
  }

  /** The image that is meant by what is done now: the one gone to, else the current one. */
  async meant(): Promise<ImageRecord | null> {
    return this.#going ? ((await this.#going.record) ?? null) : this.current;
  }

  next(): void {
    this.#step(1);
  }

  previous(): void {
    this.#step(-1);
  }

  /** Makes a list the active one and finds the current image in it; without it, its first image. */
  async show(list: 'labelling' | 'reviewing'): Promise<void> {
    this.#showing = list;
    await this.#locate();
    if (this.index === null && this.active.total > 0) await this.select(0);
  }

  /** Shows marks and shares of another run, or of none, wherever images are listed. @param pruned whether it doubts by pruning */
  async lookAt(runId: string | null, pruned: boolean): Promise<void> {
    if (runId === this.runId) return;
    this.runId = runId;
    await Promise.all([this.labelling, this.reviewing].map((list) => list.lookAt(runId, pruned)));
    await this.#refreshCurrent();
  }

  /** Reads the lists again: files were added, changed or removed, or predictions came. The current image stays. */
  async reload(): Promise<void> {
    const list = this.active;
    await list.reload();
    await this.#refreshCurrent();
    if (!this.current && list.total > 0) await this.select(0);
  }

  /** Shows images as an index under way finds them. */
  async grow(): Promise<void> {
    const { active } = this;
    const before = active.total;
    await active.grow();
    if (active.total !== before) await this.notices.attempt(() => this.project.refresh());
    if (!this.current && active.total > 0) await this.select(0);
  }

  /** Follows a saved change of an image's labels in lists, counts and the current record. */
  labelled(id: number, labels: LabelState): void {
    const known = this.current?.id === id ? this.current : null;
    if (!known) {
      void this.#refetch(id);
      return;
    }
    this.#replace({ ...known, state: labels.state, labelledPixels: labels.labelledPixels }, known);
  }

  async setNotes(id: number, notes: string): Promise<void> {
    this.#replace(await this.calls.call('images.update', { id, notes, runId: this.runId }), null);
  }

  /** Marks the image meant done, or takes the mark back. */
  async toggleDone(): Promise<void> {
    const image = await this.meant();
    if (image) await this.mark([image.id], 'done', image.state !== 'done');
  }

  /** Marks images done, or reviewed of the run looked at, or not, which can be taken back. */
  async mark(ids: readonly number[], what: ParamsOf<'images.mark'>['mark'], on: boolean): Promise<void> {
    const { runId } = this;
    const changed = await this.#mark(ids, what, on, runId);
    if (changed.length === 0) return;
    const again = (to: boolean) => async (): Promise<void> => {
      if (changed.length === 1) await this.goTo(changed[0]!);
      await this.#mark(changed, what, to, runId);
    };
    this.acts.add({ images: changed, undo: again(!on), redo: again(on) });
  }

  /** Shows an image, wherever it is in the list, or outside of it. */
  async goTo(id: number): Promise<ImageRecord> {
    if (this.current?.id === id && !this.underWay) return this.current;
    const record = await this.#get(id);
    const index = await this.active.position(id);
    this.#going = null;
    this.#visit++;
    this.current = record;
    this.index = index;
    return record;
  }

  /** @returns the images that were not so before */
  async #mark(ids: readonly number[], mark: ParamsOf<'images.mark'>['mark'], on: boolean, runId: string | null): Promise<number[]> {
    const { images, changed } = await this.calls.call('images.mark', { ids: [...ids], mark, on, runId });
    if (mark === 'reviewed' && runId !== null) this.reviewed.emit({ runId, by: on ? changed.length : -changed.length });
    // Another run may be looked at by now.
    if (runId === this.runId) for (const record of images) this.#replace(record, null);
    await this.project.refresh();
    return changed;
  }

  #get(id: number): Promise<ImageRecord> {
    return this.calls.call('images.get', { id, runId: this.runId });
  }

  async #refreshCurrent(): Promise<void> {
    const { current } = this;
    if (!current) return;
    await this.notices.attempt(async () => {
      const record = await this.#get(current.id);
      if (this.current?.id === record.id) this.current = record;
    });
    await this.#locate();
  }

  #step(by: 1 | -1): void {
    const from = this.#going?.index ?? this.index;
    const to = from === null ? 0 : from + by;
    if (to >= 0 && to < this.active.total) void this.select(to);
  }

  async #locate(): Promise<void> {
    const { current, active } = this;
    this.index = null;
    if (!current) return;
    await this.notices.attempt(async () => {
      const at = await active.position(current.id);
      if (this.active === active && this.current?.id === current.id) this.index = at;
    });
  }

  async #refetch(id: number): Promise<void> {
    await this.notices.attempt(async () => {
      this.#replace(await this.#get(id), null);
      await this.project.refresh();
    });
  }

  #replace(record: ImageRecord, before: ImageRecord | null): void {
    if (this.current?.id === record.id) this.current = record;
    this.labelling.patch(record);
    this.reviewing.patch(record);
    if (before) this.project.countLabelled(before, record);
  }
}
