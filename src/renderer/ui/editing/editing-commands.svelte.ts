import type { CommandHandler } from '../../state/commands.svelte';
import type { CommandId } from '../../state/shortcuts';
import type { Workbench } from '../../state/workbench.svelte';
import { CHANNELS } from '../../canvas/look';
import { clamp } from '../../editor/geometry';
import { has, TOOL_GROUPS } from './tools';

/** Share of the canvas that an arrow key moves the image by. */
const STEP = 0.15;

/** A key held longer than this, in milliseconds, only peeks. */
const PEEK = 300;

/** One step of `[` and `]`: finer for small brushes. */
const brushStep = (size: number): number => Math.max(1, Math.round(size * 0.15));

/** The commands of tools, classes and history, in Label and in Review. Call while a component is being made. */
export function provideEditingCommands(wb: Workbench): void {
  const { camera, editing, flags, history, preview, wholeImage } = wb;
  const { options } = editing;
  const { overlay: look, picture } = wb.look;
  const fade = (by: number): void => void (look.opacity = clamp(Math.round(look.opacity * 10 + by) / 10, 0, 1));
  const hasImage = (): boolean => wb.images.current !== null;
  const attempt = (action: () => Promise<unknown>): void => void wb.notices.attempt(action);
  const handlers: Partial<Record<CommandId, CommandHandler>> = {
    'brush.smaller': { run: () => editing.setBrushSize(options.brushSize - brushStep(options.brushSize)) },
    'brush.larger': { run: () => editing.setBrushSize(options.brushSize + brushStep(options.brushSize)) },
    'class.hide': { run: () => flags.toggle('hidden', options.classId) },
    'class.lock': { run: () => flags.toggle('locked', options.classId) },
    'class.swap': { run: () => editing.swapClass() },
    'edit.commit': { run: () => editing.finish(), enabled: () => editing.tool.state !== 'idle' },
    'edit.cancel': { run: () => editing.abandon(), enabled: () => editing.tool.state !== 'idle' },
    'labels.whole': { run: () => attempt(() => wholeImage.label(options.classId)), enabled: hasImage },
    'labels.history': { run: () => void history.show(), enabled: hasImage },
    'labels.copyPrevious': { run: () => attempt(() => wholeImage.copyPrevious()), enabled: hasImage },
    'overlay.fainter': { run: () => fade(-1) },
    'overlay.stronger': { run: () => fade(1) },
    'overlay.outline': { run: () => (look.outline = !look.outline) },
    'overlay.onlyClass': { run: () => (look.onlyClass = !look.onlyClass) },
    'view.left': { run: () => camera.pan(STEP, 0), enabled: () => camera.attached },
    'view.right': { run: () => camera.pan(-STEP, 0), enabled: () => camera.attached },
    'view.up': { run: () => camera.pan(0, STEP), enabled: () => camera.attached },
    'view.down': { run: () => camera.pan(0, -STEP), enabled: () => camera.attached },
    'view.fit': { run: () => camera.fit(), enabled: () => camera.attached },
    'view.actual': { run: () => camera.zoom(1 / camera.place.scale), enabled: () => camera.attached },
    'view.zoomIn': { run: () => camera.zoom(1.25), enabled: () => camera.attached },
    'view.zoomOut': { run: () => camera.zoom(0.8), enabled: () => camera.attached },
    'view.grid': { run: () => (look.pixelGrid = !look.pixelGrid) },
    'view.minimap': { run: () => (look.minimap = !look.minimap) },
    'view.beside': { run: () => (look.beside = !look.beside) },
    'picture.invert': { run: () => (picture.invert = !picture.invert) },
    'picture.channel': { run: () => (picture.channel = CHANNELS[(CHANNELS.indexOf(picture.channel) + 1) % CHANNELS.length]!) },
    'picture.plain': { run: () => wb.look.reset() },
    'preview.toggle': {
      run: () => (preview.on = !preview.on),
      release: (held) => {
        if (held > PEEK) preview.on = !preview.on;
      },
    },
    'overlay.toggle': {
      run: () => (look.visible = !look.visible),
      release: (held) => {
        if (held > PEEK) look.visible = !look.visible;
      },
    },
  };
  for (const { id, command, needs } of TOOL_GROUPS.flat()) {
    handlers[command] = { run: () => editing.setTool(id), enabled: () => has(wb, needs) };
  }
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9] as const) {
    handlers[`class.${n}`] = {
      run: () => editing.setClass(wb.project.classes[n - 1]!.id),
      enabled: () => wb.project.classes.length >= n,
    };
  }
  $effect(() => {
    const withdraw = Object.entries(handlers).map(([id, handler]) => wb.commands.provide(id as CommandId, handler));
    return () => withdraw.forEach((stop) => stop());
  });
}
