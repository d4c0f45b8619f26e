import { untrack } from 'svelte';
import { isTiled } from '@shared/picture';
import type { Picture } from '../canvas/picture';
import { Pictures } from '../canvas/pictures';
import { Emitter } from '../editor/emitter';
import type { EditorSession } from '../editor/session';
import type { Size } from '../editor/viewport';
import { pictureSource, type Images } from './images.svelte';
import type { LabelSessions } from './label-sessions.svelte';
import type { Look } from './look.svelte';
import type { Notices } from './notices.svelte';
import type { ShownProject } from './shown-project.svelte';

/** The image on the canvas: its picture and its labels, read when the current image becomes another one. One for Label and Review. */
export class ShownImage {
  session = $state.raw<EditorSession | null>(null);
  picture = $state.raw<Picture | null>(null);
  /** The labels of the image left last. */
  left = $state.raw<EditorSession | null>(null);
  /** The image on the canvas becomes another one, or is read anew. */
  readonly leaving = new Emitter();
  /** Tells images apart, in the state that their files are in; null where none is shown. */
  readonly target = $derived.by(() => {
    const [folder, image] = [this.project.summary?.folder, this.images.current];
    const range = this.look.range ? `${this.look.range.black},${this.look.range.white}` : '';
    return folder !== undefined && image ? `${folder} ${image.id} ${image.version} ${image.status} ${range}` : null;
  });
  /** As labelled, or as recorded while that is being read. */
  readonly size: Size = $derived.by(() => {
    const { width, height } = this.session?.document ?? this.images.current ?? { width: 1, height: 1 };
    return { width, height };
  });
  /** The file whose picture is shown. */
  #file: string | null = null;
  readonly #pictures = new Pictures();

  constructor(
    private readonly project: ShownProject,
    private readonly images: Images,
    private readonly labels: LabelSessions,
    private readonly look: Look,
    private readonly notices: Notices,
  ) {
    $effect.root(() => {
      $effect(() => {
        const { target } = this;
        untrack(() => {
          if (target === null) this.#close();
          else void notices.attempt(() => this.#open());
        });
      });
    });
  }

  /** Reads labels again: they were changed in the library. */
  async reload(): Promise<void> {
    this.labels.forget();
    this.left = null;
    if (this.target !== null) await this.notices.attempt(() => this.#open());
  }

  /** The project is left. */
  clear(): void {
    this.leaving.emit();
    this.labels.forget();
    this.#pictures.clear();
    this.left = null;
  }

  #close(): void {
    this.leaving.emit();
    this.session = null;
    this.picture = null;
  }

  async #open(): Promise<void> {
    const image = this.images.current;
    const { target } = this;
    if (!image) return;
    this.leaving.emit();
    if (this.session && this.session.imageId !== image.id) this.left = this.session;
    const source = pictureSource(image, this.look.range);
    // The old picture stays while another range of the same image is being made.
    const file = `${this.project.summary?.folder} ${image.id} ${image.version}`;
    const same = file === this.#file;
    this.#file = file;
    this.session = this.labels.peek(image);
    this.picture = this.#pictures.peek(source.url) ?? (same ? this.picture : null);
    if (image.status !== 'ok') return;
    const [session, picture] = await Promise.all([this.labels.open(image), this.#pictures.open(source)]);
    if (this.target !== target) return;
    this.session = session;
    this.picture = picture;
    await this.#prefetch();
  }

  /** Makes the neighbours ready, so that the next image is there at once. What fails is told when the image is really opened. */
  async #prefetch(): Promise<void> {
    const { images, target } = this;
    if (images.index === null) return;
    for (const index of [images.index + 1, images.index - 1, images.index + 2]) {
      if (index < 0 || index >= images.active.total || this.target !== target) continue;
      const record = await images.active.fetch(index);
      // Large images are not held in advance: their labels alone take a byte a pixel, here and in the library.
      if (record?.status !== 'ok' || isTiled(record.width, record.height)) continue;
      await Promise.allSettled([this.labels.prefetch(record), this.#pictures.open(pictureSource(record, this.look.range))]);
    }
  }
}
