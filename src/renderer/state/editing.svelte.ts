import { untrack } from 'svelte';
import { clamp } from '../editor/geometry';
import type { ImagePixels } from '../editor/pixels';
import type { EditorSession, Save } from '../editor/session';
import type { Embedding } from '../editor/snap/embedding';
import { MAX_BRUSH, MIN_BRUSH } from '../editor/stamp';
import type { Superpixels } from '../editor/superpixels/superpixels';
import type { PatientTool } from '../editor/tools/patient';
import { DEFAULT_OPTIONS, type ToolHost, type ToolId, type ToolOptions } from '../editor/tools/tool';
import { makePatientTools } from '../editor/tools/toolbox';
import type { ClassFlags } from './class-flags';
import type { Decisions } from './decisions.svelte';
import { ImageColors } from './image-colors.svelte';
import { ImageEmbedding } from './image-embedding.svelte';
import { ImageSuperpixels } from './image-superpixels.svelte';
import type { Images } from './images.svelte';
import type { Notices } from './notices.svelte';
import type { ShownProject } from './shown-project.svelte';
import type { ProjectCalls } from './project-calls';
import type { Preview } from './preview.svelte';
import type { Review } from './review.svelte';
import type { Runs } from './runs.svelte';
import type { ShownImage } from './shown-image.svelte';
import type { Status } from './status.svelte';
import { readPreference, writePreference } from './storage';
import { optionsFrom } from './tool-options';

/** What the tools work on, and what they are told of. */
export interface EditingParts {
  readonly calls: ProjectCalls;
  readonly project: ShownProject;
  readonly images: Images;
  readonly shown: ShownImage;
  readonly flags: ClassFlags;
  readonly runs: Runs;
  readonly preview: Preview;
  readonly review: Review;
  readonly decisions: Decisions;
  readonly status: Status;
  readonly notices: Notices;
}

/** The tools, and the class and options they work with. One for Label and Review. */
export class Editing implements ToolHost {
  toolId = $state<ToolId>('brush');
  readonly options: ToolOptions = $state(optionsFrom(readPreference('tools'), DEFAULT_OPTIONS));
  /** Counts what the tool was fed: its draft is not reactive. */
  worked = $state(0);
  /** The class painted with before the present one. */
  previousClass = $state<number | null>(null);
  readonly tools = makePatientTools(this, (id) => this.#tellWhatLacks(id));
  readonly tool: PatientTool = $derived(this.tools[this.toolId]);
  /** Labels taken over from what is shown of a model, the preview or else the prediction of a run, count as accepted. */
  readonly prediction: ToolHost['prediction'] = $derived.by(() => {
    const { calls, review, decisions, preview } = this.parts;
    const { session } = this;
    const planes = preview.shown;
    if (planes && session) {
      const { imageId } = session;
      const save: Save = (revision, diff) => calls.call('labels.apply', { imageId, revision, tool: 'preview', source: 'accepted', diff });
      return { planes, saving: () => save };
    }
    const { seen } = review;
    if (!seen || this.session?.imageId !== seen.image.id) return null;
    return { planes: seen.planes, saving: (region) => decisions.saveAccepted(seen, region, null) };
  });
  readonly #colors: ImageColors;
  readonly #superpixels: ImageSuperpixels;
  readonly #embedding: ImageEmbedding;

  constructor(private readonly parts: EditingParts) {
    const { calls, project, images, shown, runs, status, notices } = parts;
    const followColors: readonly ToolId[] = ['wand', 'superpixel', 'fill', 'snap'];
    this.#colors = new ImageColors(shown, status, notices, () => followColors.includes(this.toolId));
    const centres = (): number | null => (this.toolId === 'superpixel' ? this.options.superpixelSize : null);
    this.#superpixels = new ImageSuperpixels(shown, this.#colors, notices, centres);
    this.#embedding = new ImageEmbedding(shown, images, calls, runs, () => this.toolId === 'snap');
    shown.leaving.on(() => this.#letGo());
    $effect.root(() => {
      $effect(() => {
        const [first] = project.classes;
        if (first && !project.classOf(this.options.classId)) this.options.classId = first.id;
      });
      $effect(() => {
        // Whatever a tool may wait for.
        void [this.session, this.pixels, this.superpixels, this.prediction, this.embedding, this.options.fillThrough];
        untrack(() => {
          if (this.tool.resume()) this.worked++;
        });
      });
      $effect(() => writePreference('tools', { ...this.options }));
    });
  }

  get session(): EditorSession | null {
    return this.parts.shown.session;
  }

  get locked(): ReadonlySet<number> {
    return this.parts.flags.locked;
  }

  get pixels(): ImagePixels | null {
    return this.#colors.pixels;
  }

  /** Which colours are known to the tools that follow them. */
  get colors(): ImageColors['known'] {
    return this.#colors.known;
  }

  get superpixels(): Superpixels | null {
    return this.#superpixels.now;
  }

  get embedding(): Embedding | null {
    return this.#embedding.now;
  }

  get embeddingMissing(): string | null {
    return this.#embedding.missing;
  }

  /** Why nothing is known of what a model says of the image. */
  get predictionMissing(): string | null {
    const { preview, review } = this.parts;
    return preview.active ? preview.missing : review.missing;
  }

  setClass(id: number): void {
    if (id === this.options.classId) return;
    this.previousClass = this.options.classId;
    this.options.classId = id;
  }

  swapClass(): void {
    if (this.previousClass !== null && this.parts.project.classOf(this.previousClass)) this.setClass(this.previousClass);
  }

  setBrushSize(size: number): void {
    this.options.brushSize = clamp(Math.round(size), MIN_BRUSH, MAX_BRUSH);
  }

  setTool(id: ToolId): void {
    this.abandon();
    this.toolId = id;
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

  /** Tells why there is no use in waiting for what a tool needs, if there is none. */
  #tellWhatLacks(id: ToolId): boolean {
    const lacking = id === 'snap' ? this.embeddingMissing : id === 'lasso' ? this.predictionMissing : null;
    if (lacking !== null) this.parts.notices.info(lacking);
    return lacking !== null;
  }

  /** The image on the canvas becomes another one: what was not finished on it is given up, aloud where it cannot be seen. */
  #letGo(): void {
    untrack(() => {
      if (this.tool.waiting) this.parts.notices.info('Another image came before this one was ready, so what was drawn on it was let go.');
      this.tool.cancel();
    });
  }
}
