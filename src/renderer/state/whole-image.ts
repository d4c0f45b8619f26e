import { acceptRule, writeRule } from '../editor/rules';
import type { EditorSession, Save } from '../editor/session';
import { wholeImage } from '../editor/spans';
import type { Size } from '../editor/viewport';
import type { Editing } from './editing.svelte';
import type { Images } from './images.svelte';
import type { LabelSessions } from './label-sessions.svelte';
import type { Notices } from './notices.svelte';
import type { ProjectCalls } from './project-calls';
import type { ShownImage } from './shown-image.svelte';

/** What is done to all labels of an image at once, as the paint mode and the locks allow. */
export class WholeImage {
  constructor(
    private readonly calls: ProjectCalls,
    private readonly images: Images,
    private readonly labels: LabelSessions,
    private readonly shown: ShownImage,
    private readonly editing: Editing,
    private readonly notices: Notices,
  ) {}

  /** Labels every pixel of the image meant. */
  async label(classId: number): Promise<void> {
    const rule = writeRule(this.editing.options.mode, classId, classId, this.editing.locked);
    const image = await this.images.meant();
    if (!image) return;
    const session = await this.labels.free(image);
    const gesture = session.begin('whole', rule);
    gesture?.write(wholeImage(session.document), classId);
    gesture?.commit();
  }

  /** Whether there is an image left last, of the size of the one shown. */
  get canCopy(): boolean {
    return fits(this.shown.left, this.shown.size);
  }

  /** Repeats the labels of the image left last in the image meant, where they have the same size. */
  async copyPrevious(): Promise<void> {
    const rule = acceptRule(this.editing.options.mode, this.editing.locked);
    const source = this.images.underWay ? this.shown.session : this.shown.left;
    const image = await this.images.meant();
    if (!image) return;
    const session = await this.labels.free(image);
    if (!source || source === session || !fits(source, session.document)) {
      this.notices.info('The image shown before has another size, or there was none, so nothing was copied.');
      return;
    }
    const { imageId } = session;
    const save: Save = (revision, diff) => this.calls.call('labels.apply', { imageId, revision, tool: 'copy', source: 'human', diff });
    session.submit({ spans: wholeImage(session.document), values: source.document.data, rule, save });
  }
}

function fits(source: EditorSession | null, { width, height }: Size): boolean {
  return source?.document.width === width && source.document.height === height;
}
