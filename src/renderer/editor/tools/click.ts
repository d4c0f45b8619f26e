import { pixelAt, type PointerInput, type Tool, type ToolHost, type ToolId } from './tool';
import type { EditorSession } from '../session';

export interface Pixel {
  readonly x: number;
  readonly y: number;
  readonly index: number;
}

/** A tool that does all it does at one press inside the image. */
export abstract class ClickTool implements Tool {
  abstract readonly id: ToolId;
  readonly state = 'idle';
  readonly draft = null;

  constructor(protected readonly host: ToolHost) {}

  protected abstract click(session: EditorSession, at: Pixel): void;

  down(pointer: PointerInput): void {
    const { session } = this.host;
    const at = session && pixelAt(session, pointer.point);
    if (session && at) this.click(session, at);
  }

  move(): void {}
  up(): void {}
  commit(): void {}
  cancel(): void {}
  back(): void {}
}
