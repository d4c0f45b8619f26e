import { tick } from 'svelte';
import type { WindowAction } from '@shared/protocol';
import { VIEWS } from '../../state/shortcuts';
import type { CommandHandler } from '../../state/commands.svelte';
import type { CommandId } from '../../state/shortcuts';
import type { Workbench } from '../../state/workbench.svelte';

/** The commands that are there in every view. Call while a component is being made. */
export function provideWindowCommands(wb: Workbench, open: (dialog: 'palette' | 'keys' | 'about') => void): void {
  const hasProject = (): boolean => wb.project.summary !== null;
  const attempt = (action: () => Promise<unknown>): void => void wb.notices.attempt(action);
  const ask = (action: WindowAction) => () => attempt(() => wb.peer.call('app.window', { action }));
  const handlers: Partial<Record<CommandId, CommandHandler>> = {
    'palette.open': { run: () => open('palette') },
    'keys.open': { run: () => open('keys') },
    'app.about': { run: () => open('about') },
    'app.quit': { run: ask('quit') },
    'window.zoomIn': { run: ask('zoomIn') },
    'window.zoomOut': { run: ask('zoomOut') },
    'window.zoomReset': { run: ask('zoomReset') },
    'window.fullScreen': { run: ask('fullScreen') },
    'theme.next': { run: () => wb.theme.next() },
    'project.open': { run: () => void wb.projects.openFolder() },
    'project.importMasks': { run: () => void wb.maskImport.choose() },
    'images.suggest': {
      run: () => {
        wb.view = 'label';
        void wb.suggestions.make();
      },
      enabled: () => hasProject() && wb.suggestions.now === null,
    },
    'project.discardUnsaved': { run: () => void wb.projects.discardUnsaved(), enabled: () => wb.status.saving === 'failed' },
    'project.verify': { run: () => void wb.projects.verify(), enabled: hasProject },
    'project.subsets': { run: () => (wb.subsets = true), enabled: hasProject },
    'project.restore': { run: () => void wb.projects.chooseBackup(), enabled: hasProject },
    'project.index': { run: () => attempt(() => wb.projects.index()), enabled: hasProject },
    'gallery.toggle': { run: () => (wb.gallery = !wb.gallery), enabled: hasProject },
    'edit.undo': { run: () => attempt(() => wb.undo.step('undo')), enabled: () => wb.undo.can('undo') },
    'edit.redo': { run: () => attempt(() => wb.undo.step('redo')), enabled: () => wb.undo.can('redo') },
    'image.next': { run: () => wb.images.next(), enabled: hasProject },
    'image.previous': { run: () => wb.images.previous(), enabled: hasProject },
    // The form of Train knows whether a run can begin: it says why where it cannot.
    'training.start': {
      run: () =>
        attempt(async () => {
          wb.view = 'train';
          await wb.labels.flush();
          await tick();
          if (wb.view === 'train') wb.commands.run('training.start');
        }),
      enabled: () => hasProject() && !wb.runs.busy,
    },
    'training.stop': { run: () => attempt(() => wb.runs.askStop()), enabled: () => wb.runs.active !== null },
    'image.done': {
      run: () => {
        const { chosen } = wb.images;
        if (wb.gallery && chosen.ids.size > 0) return attempt(() => wb.images.mark([...chosen.ids], 'done', true));
        attempt(() => wb.images.toggleDone());
      },
      enabled: () => wb.images.current !== null,
    },
  };
  for (const view of VIEWS) handlers[`go.${view}`] = { run: () => (wb.view = view), enabled: hasProject };
  $effect(() => {
    const withdraw = Object.entries(handlers).map(([id, handler]) => wb.commands.provide(id as CommandId, handler));
    withdraw.push(wb.peer.on('menu.chosen', ({ command }) => wb.commands.run(command)));
    return () => withdraw.forEach((stop) => stop());
  });
}
