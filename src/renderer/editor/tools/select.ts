import type { Tool } from './tool';

/** Paints nothing: the canvas pans, and tells its owner of clicks. */
export class SelectTool implements Tool {
  readonly id = 'select';
  readonly state = 'idle';
  readonly draft = null;
  down(): void {}
  move(): void {}
  up(): void {}
  commit(): void {}
  cancel(): void {}
  back(): void {}
}
