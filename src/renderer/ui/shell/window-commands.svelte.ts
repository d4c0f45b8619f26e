import { VIEWS } from '../../state/shortcuts';
import type { CommandHandler } from '../../state/commands.svelte';
import type { CommandId } from '../../state/shortcuts';
import type { Workbench } from '../../state/workbench.svelte';

/** The commands that are there in every view. Call while a component is being made. */
export function provideWindowCommands(wb: Workbench, open: (dialog: 'palette' | 'keys') => void): void {
  const hasProject = (): boolean => wb.project.summary !== null;
  const attempt = (action: () => Promise<unknown>): void => void wb.notices.attempt(action);
  const handlers: Partial<Record<CommandId, CommandHandler>> = {
    'palette.open': { run: () => open('palette') },
    'keys.open': { run: () => open('keys') },
    'theme.next': { run: () => wb.theme.next() },
    'project.open': { run: () => void wb.openFolder() },
    'project.importMasks': { run: () => void wb.importMasks() },
    'project.discardUnsaved': { run: () => void wb.discardUnsaved(), enabled: () => wb.status.saving === 'failed' },
    'project.restore': { run: () => void wb.chooseBackup(), enabled: hasProject },
    'project.index': { run: () => attempt(() => wb.index()), enabled: hasProject },
    'gallery.toggle': { run: () => (wb.gallery = !wb.gallery), enabled: hasProject },
    'image.next': { run: () => wb.images.next(), enabled: hasProject },
    'image.previous': { run: () => wb.images.previous(), enabled: hasProject },
    'training.stop': { run: () => attempt(() => wb.runs.stop()), enabled: () => wb.runs.active !== null },
    'image.done': {
      run: () => {
        const { current: image, selection } = wb.images;
        if (wb.gallery && selection.ids.size > 0) return attempt(() => wb.images.mark({ done: true }));
        if (!image) return;
        const state = image.state !== 'done' ? 'done' : image.labelledPixels > 0 ? 'started' : 'unlabelled';
        attempt(() => wb.images.update({ id: image.id, state }));
      },
      enabled: () => wb.images.current !== null,
    },
  };
  for (const view of VIEWS) handlers[`go.${view}`] = { run: () => (wb.view = view), enabled: hasProject };
  $effect(() => {
    const withdraw = Object.entries(handlers).map(([id, handler]) => wb.commands.provide(id as CommandId, handler));
    return () => withdraw.forEach((stop) => stop());
  });
}
