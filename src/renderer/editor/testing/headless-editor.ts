import { IGNORE, type LabelMap } from '@shared/mask';
import { imagePoint, screenPoint } from '../geometry';
import type { ImagePixels } from '../pixels';
import { EditorSession } from '../session';
import { DEFAULT_OPTIONS, type PointerInput, type Tool, type ToolHost, type ToolId, type ToolOptions } from '../tools/tool';
import { makeTools } from '../tools/toolbox';
import { MemoryBackend } from './memory-backend';

export type Pen = Partial<Pick<PointerInput, 'shift' | 'alt' | 'pressure' | 'pen' | 'scale'>>;

/** A pointer event at an image point; the screen shows it at `scale`, 1 unless told. */
export function at(x: number, y: number, pen: Pen = {}): PointerInput {
  const scale = pen.scale ?? 1;
  const free = { pressure: 0.5, pen: false, shift: false, alt: false, scale };
  return { ...free, ...pen, point: imagePoint(x, y), screen: screenPoint(x * scale, y * scale) };
}

/** An editor without a window: a session on a memory store, with all the tools. */
export class HeadlessEditor implements ToolHost {
  readonly options: ToolOptions = { ...DEFAULT_OPTIONS };
  readonly locked = new Set<number>();
  pixels: ImagePixels | null = null;
  superpixels: ToolHost['superpixels'] = null;
  prediction: ToolHost['prediction'] = null;
  embedding: ToolHost['embedding'] = null;
  readonly tools = makeTools(this);

  private constructor(
    readonly store: MemoryBackend,
    readonly session: EditorSession,
  ) {}

  static async open(width = 16, height = 12): Promise<HeadlessEditor> {
    const store = new MemoryBackend(width, height);
    return new HeadlessEditor(store, await EditorSession.load(1, store, () => Promise.resolve()));
  }

  setClass(id: number): void {
    this.options.classId = id;
  }

  setBrushSize(size: number): void {
    this.options.brushSize = size;
  }

  tool(id: ToolId): Tool {
    return this.tools[id];
  }

  /** Presses at the first point, moves through the others, releases at the last. */
  drag(id: ToolId, points: readonly (readonly [number, number])[], pen: Pen = {}): void {
    const tool = this.tools[id];
    const inputs = points.map(([x, y]) => at(x, y, pen));
    tool.down(inputs[0]!);
    for (const input of inputs.slice(1)) tool.move(input);
    tool.up(inputs[inputs.length - 1]!);
  }

  /** The labels as text, a line a row: a digit or letter for a class, `.` for none. */
  picture(): string[] {
    return pictureOf(this.session.document);
  }

  /** Sets the labels from such text, as a saved gesture. */
  paint(...rows: string[]): void {
    const gesture = this.session.begin('test', new Uint8Array(256).fill(1))!;
    rows.forEach((row, y) => [...row].forEach((c, x) => gesture.write(Int32Array.of(y, x, x + 1), c === '.' ? IGNORE : parseInt(c, 36))));
    gesture.commit();
  }
}

export function pictureOf({ width, height, data }: LabelMap): string[] {
  const row = (y: number): string =>
    [...data.subarray(y * width, (y + 1) * width)].map((v) => (v === IGNORE ? '.' : v.toString(36))).join('');
  return Array.from({ length: height }, (_, y) => row(y));
}
