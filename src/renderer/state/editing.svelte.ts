import { untrack } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { isTiled, type SampleRange } from '@shared/picture';
import type { ImageRecord } from '@shared/domain';
import { EspalierError, reasonOf, toEspalierError } from '@shared/errors';
import type { LabelState } from '@shared/protocol';
import { Camera } from '../canvas/camera.svelte';
import { lookFrom, PLAIN, type OverlayLook, type PictureLook } from '../canvas/look';
import type { Picture, Place } from '../canvas/picture';
import { Pictures } from '../canvas/pictures';
import { computeSuperpixels } from '../canvas/superpixels';
import { clamp } from '../editor/geometry';
import type { ImagePixels } from '../editor/pixels';
import { acceptRule, writeRule } from '../editor/rules';
import type { EditorSession, Save } from '../editor/session';
import { Sessions } from '../editor/sessions';
import type { Embedding } from '../editor/snap/embedding';
import { wholeImage } from '../editor/spans';
import { MAX_BRUSH, MIN_BRUSH } from '../editor/stamp';
import type { Size } from '../editor/viewport';
import { libraryStore } from '../editor/store';
import { makePatientTools } from '../editor/tools/toolbox';
import type { PatientTool } from '../editor/tools/patient';
import { DEFAULT_OPTIONS, type ToolHost, type ToolId, type ToolOptions } from '../editor/tools/tool';
import { pictureSource } from './images.svelte';
import { readPreference, writePreference } from './storage';
import type { Workbench } from './workbench.svelte';
import { optionsFrom } from './tool-options';

const followsColors = (tool: ToolId): boolean => tool === 'wand' || tool === 'superpixel' || tool === 'fill' || tool === 'snap';

/** Labelling as the window shows it: the image and labels worked on, the tools and how things look. One for Label and Review. */
export class Editing implements ToolHost {
  toolId = $state<ToolId>('brush');
  readonly options: ToolOptions = $state(optionsFrom(readPreference('tools'), DEFAULT_OPTIONS));
  readonly look: OverlayLook = $state(lookFrom(readPreference('look')));
  readonly view: PictureLook = $state({ ...PLAIN });
  /** Samples of more than 8 bits shown black and white; null: as fits each picture. */
  range = $state.raw<SampleRange | null>(null);
  readonly camera = new Camera();
  readonly locked = new SvelteSet<number>();
  readonly hidden = new SvelteSet<number>();
  session = $state.raw<EditorSession | null>(null);
  picture = $state.raw<Picture | null>(null);
  /** Labels taken over from the prediction of the image shown count as accepted. */
  readonly prediction: ToolHost['prediction'] = $derived.by(() => {
    const { review } = this.wb;
    const { seen } = review;
    if (!seen || this.session?.imageId !== seen.image.id) return null;
    return { planes: seen.planes, saving: (region) => review.saveAccepted(seen, region, null) };
  });
  superpixels = $state.raw<ToolHost['superpixels']>(null);
  embedding = $state.raw<Embedding | null>(null);
  /** Why there is no embedding though a run has finished. */
  embeddingMissing = $state<string | null>(null);
  /** Counts changes of the session: what is not reactive by itself is read again after it. */
  revision = $state(0);
  /** Counts what the tool was fed: its draft is not reactive. */
  worked = $state(0);
  /** The class painted with before the present one. */
  previousClass = $state<number | null>(null);
  readonly tools = makePatientTools(this, (id) => this.#tellWhatLacks(id));
  readonly tool: PatientTool = $derived(this.tools[this.toolId]);
  readonly #sessions: Sessions;
  readonly #pictures = new Pictures();
  readonly #reported = new WeakMap<EditorSession, LabelState>();
  /** The image that is shown, in the state its file is in. */
  readonly #target = $derived.by(() => {
    const [folder, image] = [this.wb.project.summary?.folder, this.wb.images.current];
    const range = this.range ? `${this.range.black},${this.range.white}` : '';
    return folder !== undefined && image ? `${folder} ${image.id} ${image.version} ${image.status} ${range}` : null;
  });
  /** The file whose picture is shown. */
  #file: string | null = null;

  constructor(private readonly wb: Workbench) {
    this.#sessions = new Sessions(libraryStore(wb.calls));
    this.#sessions.changed.on((session) => this.#follow(session));
    this.#sessions.refused.on(({ session, error }) => {
      wb.acts.drop(session.imageId);
      wb.notices.error(error);
    });
    this.#sessions.stepped.on(({ imageId }) => {
      const step = (kind: 'undo' | 'redo') => async (): Promise<void> => {
        const image = await wb.images.goTo(imageId);
        this.#step(await this.sessionOf(image), kind);
      };
      wb.acts.add({ images: [imageId], undo: step('undo'), redo: step('redo') });
    });
    $effect.root(() => {
      $effect(() => {
        const target = this.#target;
        untrack(() => {
          if (target === null) this.#close();
          else void wb.notices.attempt(() => this.#open());
        });
      });
      $effect(() => {
        const [first] = wb.project.classes;
        if (first && !wb.project.classOf(this.options.classId)) this.options.classId = first.id;
      });
      $effect(() => {
        if (this.toolId !== 'superpixel') return;
        const [pixels, step, cancel] = [this.pixels, this.options.superpixelSize, new AbortController()];
        this.superpixels = null;
        // A slider being dragged asks many times; only where it rests is computed.
        const timer = setTimeout(() => void wb.notices.attempt(() => this.#computeSuperpixels(pixels, step, cancel.signal)), 150);
        return () => {
          clearTimeout(timer);
          cancel.abort();
        };
      });
      $effect(() => {
        // Whatever a tool may wait for.
        void [this.session, this.pixels, this.superpixels, this.prediction, this.embedding, this.options.fillThrough];
        untrack(() => {
          if (this.tool.resume()) this.worked++;
        });
      });
      const runId = $derived(wb.runs.reviewable?.id ?? null);
      $effect(() => {
        if (this.toolId !== 'snap' || runId === null || this.#target === null) return;
        untrack(() => void this.#readEmbedding(runId));
        return () => (this.embedding = null);
      });
      $effect(() => writePreference('tools', { ...this.options }));
      $effect(() => {
        const { opacity, outline, pixelGrid, minimap, beside } = this.look;
        writePreference('look', { opacity, outline, pixelGrid, minimap, beside });
      });
      $effect(() => {
        const { picture } = this;
        if (!picture || !followsColors(this.toolId) || this.colors !== 'none') return;
        const { width, height } = this.imageSize;
        const place = wb.status.pointer ?? { x: width / 2, y: height / 2 };
        // Of a large image the colours around the place are read where the pointer rests.
        const timer = setTimeout(() => void wb.notices.attempt(() => this.#loadColors(picture, place)), picture.pixels ? 150 : 0);
        return () => clearTimeout(timer);
      });
    });
  }

  readonly pixels: ImagePixels | null = $derived.by(() => {
    const { picture, session } = this;
    if (this.#colorsLoaded < 0 || !picture || !session) return null;
    const { width, height } = session.document;
    return picture.width === width && picture.height === height ? picture.pixels : null;
  });

  /** Which colours are known to the tools that follow them: all of the image, those around the pointer, or none there yet. */
  readonly colors: 'all' | 'around' | 'none' = $derived.by(() => {
    const { picture, pixels } = this;
    if (!picture || !pixels) return 'none';
    if (!pixels.origin) return 'all';
    const { pointer } = this.wb.status;
    return pointer === null || picture.knows(pointer) ? 'around' : 'none';
  });

  /** Counts the large pictures whose colours came. */
  #colorsLoaded = $state(0);

  /** Size of the image shown: as labelled, or as recorded while that is being read. */
  readonly imageSize: Size = $derived.by(() => {
    const { width, height } = this.session?.document ?? this.wb.images.current ?? { width: 1, height: 1 };
    return { width, height };
  });

  setClass(id: number): void {
    if (id === this.options.classId) return;
    this.previousClass = this.options.classId;
    this.options.classId = id;
  }

  swapClass(): void {
    if (this.previousClass !== null && this.wb.project.classOf(this.previousClass)) this.setClass(this.previousClass);
  }

  setBrushSize(size: number): void {
    this.options.brushSize = clamp(Math.round(size), MIN_BRUSH, MAX_BRUSH);
  }

  setTool(id: ToolId): void {
    this.abandon();
    this.toolId = id;
  }

  /** Takes back what was done to the image shown before this window knew of it, or the gesture under way. */
  undo(): void {
    if (this.session) this.#step(this.session, 'undo');
  }

  redo(): void {
    if (this.session) this.#step(this.session, 'redo');
  }

  /** A large step is as much to draw as the gesture was. */
  #step(session: EditorSession, kind: 'undo' | 'redo'): void {
    this.wb.runs.stepAside(true);
    session[kind]();
    this.wb.runs.stepAside(false);
  }

  /** Commits what the tool is drawing. */
  finish(): void {
    untrack(() => {
      this.tool.commit();
      this.worked++;
    });
  }

  /** Gives up what the tool is drawing. */
  abandon(): void {
    untrack(() => {
      this.tool.cancel();
      this.worked++;
    });
  }

  toggle(set: SvelteSet<number>, id: number): void {
    if (!set.delete(id)) set.add(id);
  }

  /** The labels of an image, when something can be done to them. */
  async sessionOf(image: ImageRecord): Promise<EditorSession> {
    if (image.status !== 'ok') throw new EspalierError('IMAGE_UNREADABLE', { name: image.path, reason: image.problem ?? image.status });
    const session = await this.#sessions.open(image);
    await session.free();
    return session;
  }

  /** Labels every pixel of the image meant, as the paint mode and the locks allow. */
  async labelWhole(classId: number): Promise<void> {
    const rule = writeRule(this.options.mode, classId, classId, this.locked);
    const image = await this.wb.images.meant();
    if (!image) return;
    const session = await this.sessionOf(image);
    const gesture = session.begin('whole', rule);
    gesture?.write(wholeImage(session.document), classId);
    gesture?.commit();
  }

  /** The labels of the image left last. */
  #left = $state.raw<EditorSession | null>(null);

  /** Whether there is an image left last, of the size of the one shown. */
  get canCopy(): boolean {
    return this.#fits(this.#left, this.imageSize);
  }

  /** Repeats the labels of the image left last in the image meant, where they have the same size. */
  async copyPrevious(): Promise<void> {
    const rule = acceptRule(this.options.mode, this.locked);
    const source = this.wb.images.underWay ? this.session : this.#left;
    const image = await this.wb.images.meant();
    if (!image) return;
    const session = await this.sessionOf(image);
    if (!source || source === session || !this.#fits(source, session.document)) {
      this.wb.notices.info('The image shown before has another size, or there was none, so nothing was copied.');
      return;
    }
    const { imageId } = session;
    const save: Save = (revision, diff) => this.wb.calls.call('labels.apply', { imageId, revision, tool: 'copy', source: 'human', diff });
    session.submit({ spans: wholeImage(session.document), values: source.document.data, rule, save });
  }

  #fits(source: EditorSession | null, { width, height }: Size): boolean {
    return source?.document.width === width && source.document.height === height;
  }

  /** Tells why there is no use in waiting for what a tool needs, if there is none. */
  #tellWhatLacks(id: ToolId): boolean {
    const lacking = id === 'snap' ? this.embeddingMissing : id === 'lasso' ? this.wb.review.missing : null;
    if (lacking !== null) this.wb.notices.info(lacking);
    return lacking !== null;
  }

  /** Fulfilled when everything painted is on disk. @throws EspalierError UNSAVED when it cannot be now */
  async flush(): Promise<void> {
    await this.#sessions.settled();
    const state = this.#sessions.saveState;
    if (state.kind === 'failed') throw new EspalierError('UNSAVED', { count: this.#sessions.pending, reason: reasonOf(state.error) });
  }

  /** Gives up what could not be saved; what is on disk counts. */
  async discard(): Promise<void> {
    this.#sessions.discard();
    await this.reload();
  }

  /** Tries failed saves again now. */
  retry(): void {
    this.#sessions.retry();
  }

  /** Reads labels again: they were changed in the library. */
  async reload(): Promise<void> {
    this.#sessions.forget();
    this.#left = null;
    if (this.#target !== null) await this.wb.notices.attempt(() => this.#open());
  }

  async #computeSuperpixels(pixels: ImagePixels | null, step: number, signal: AbortSignal): Promise<void> {
    if (pixels) this.superpixels = await computeSuperpixels(pixels, step, signal);
  }

  async #loadColors(picture: Picture, place: Place): Promise<void> {
    await picture.loadPixels(place);
    this.#colorsLoaded++;
  }

  async #readEmbedding(runId: string): Promise<void> {
    const [target, image] = [this.#target, this.wb.images.current];
    this.embeddingMissing = null;
    if (image?.status !== 'ok') return;
    try {
      const embedding = await this.wb.calls.call('predictions.embedding', { runId, imageId: image.id });
      if (this.#target === target) this.embedding = embedding;
    } catch (thrown) {
      if (this.#target === target) this.embeddingMissing = toEspalierError(thrown).message;
    }
  }

  /** The image on the canvas becomes another one: what was not finished on it is given up, aloud where it cannot be seen. */
  #letGo(): void {
    if (this.tool.waiting) this.wb.notices.info('Another image came before this one was ready, so what was drawn on it was let go.');
    this.tool.cancel();
  }

  #close(): void {
    this.#letGo();
    this.session = null;
    this.picture = null;
    this.superpixels = null;
  }

  async #open(): Promise<void> {
    const image = this.wb.images.current;
    const target = this.#target;
    if (!image) return;
    this.#letGo();
    const folder = this.wb.project.summary?.folder;
    if (this.session && this.session.imageId !== image.id) this.#left = this.session;
    const source = pictureSource(image, this.range);
    // The old picture stays while another range of the same image is being made.
    const file = `${folder} ${image.id} ${image.version}`;
    const same = file === this.#file;
    this.#file = file;
    this.session = this.#sessions.peek(image);
    this.picture = this.#pictures.peek(source.url) ?? (same ? this.picture : null);
    this.superpixels = null;
    if (image.status !== 'ok') return;
    const [session, picture] = await Promise.all([this.#sessions.open(image), this.#pictures.open(source)]);
    if (this.#target !== target) return;
    this.session = session;
    this.picture = picture;
    this.#follow(session);
    await this.#prefetch();
  }

  /** Makes the neighbours ready, so that the next image is there at once. What fails is told when the image is really opened. */
  async #prefetch(): Promise<void> {
    const { images } = this.wb;
    const target = this.#target;
    if (images.index === null) return;
    for (const index of [images.index + 1, images.index - 1, images.index + 2]) {
      if (index < 0 || index >= images.active.total || this.#target !== target) continue;
      const record = await images.active.fetch(index);
      // Large images are not held in advance: their labels alone take a byte a pixel, here and in the library.
      if (record?.status !== 'ok' || isTiled(record.width, record.height)) continue;
      await Promise.allSettled([this.#sessions.open(record), this.#pictures.open(pictureSource(record, this.range))]);
    }
  }

  /** The project is left, everything painted is saved. */
  forgetProject(): void {
    this.#letGo();
    this.#sessions.forget();
    this.#pictures.clear();
    this.#left = null;
    this.hidden.clear();
    this.locked.clear();
  }

  #follow(session: EditorSession): void {
    this.revision++;
    const state = this.#sessions.saveState;
    this.wb.status.saving = state.kind;
    this.wb.status.unsaved = this.#sessions.pending;
    if (state.kind === 'failed') this.wb.lose(state.error);
    if (this.#reported.get(session) === session.state) return;
    const first = !this.#reported.has(session);
    this.#reported.set(session, session.state);
    if (!first) this.wb.images.labelled(session.imageId, session.state);
  }
}
