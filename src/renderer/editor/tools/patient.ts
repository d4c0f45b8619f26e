import { pixelIn, type ImageWindow } from '../window';
import { pixelAt, type Draft, type PointerInput, type Tool, type ToolHost, type ToolId } from './tool';

/** Whether what a tool needs for a press at this place is here: labels for all of them, and more for some. */
export function isReady(host: ToolHost, id: ToolId, { point }: PointerInput): boolean {
  const { session, pixels, superpixels, prediction, embedding, options } = host;
  if (!session) return false;
  if (id === 'lasso') return prediction !== null;
  if (!pixelAt(session, point)) return true;
  const known = (window: ImageWindow | null): boolean => window !== null && pixelIn(window, point) !== null;
  switch (id) {
    case 'wand':
      return known(pixels);
    case 'fill':
      return options.fillThrough === 'labels' || known(pixels);
    case 'superpixel':
      return known(superpixels);
    case 'snap':
      return known(pixels) && embedding !== null;
    default:
      return true;
  }
}

/** A tool that misses nothing: what it is fed while what it needs is still being read is kept, and fed to it then. */
export class PatientTool implements Tool {
  #kept: { readonly event: 'down' | 'move' | 'up'; readonly pointer: PointerInput }[] = [];

  /** @param ready asked at a press */
  constructor(
    private readonly tool: Tool,
    private readonly ready: (pointer: PointerInput) => boolean,
  ) {}

  get id(): ToolId {
    return this.tool.id;
  }

  get state(): string {
    return this.waiting ? 'waiting' : this.tool.state;
  }

  get draft(): Draft | null {
    return this.tool.draft;
  }

  get waiting(): boolean {
    return this.#kept.length > 0;
  }

  down(pointer: PointerInput): void {
    if (this.waiting || !this.ready(pointer)) this.#kept.push({ event: 'down', pointer });
    else this.tool.down(pointer);
  }

  move(pointer: PointerInput): void {
    this.#feed('move', pointer);
  }

  up(pointer: PointerInput): void {
    this.#feed('up', pointer);
  }

  /** Something has arrived: feeds what was kept if that is enough. Tells whether it was. */
  resume(): boolean {
    const first = this.#kept[0];
    if (!first || !this.ready(first.pointer)) return false;
    for (const { event, pointer } of this.#kept.splice(0)) this.tool[event](pointer);
    return true;
  }

  commit(): void {
    if (!this.waiting) this.tool.commit();
  }

  cancel(): void {
    this.#kept = [];
    this.tool.cancel();
  }

  back(): void {
    if (this.waiting) this.cancel();
    else this.tool.back();
  }

  #feed(event: 'move' | 'up', pointer: PointerInput): void {
    if (this.waiting) this.#kept.push({ event, pointer });
    else this.tool[event](pointer);
  }
}
