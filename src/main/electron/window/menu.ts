import { app, BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand, WindowAction } from '@shared/protocol';

/** One step of zoom, as Electron counts it: 1.2 to this power. */
const ZOOM_STEP = 0.5;

/** Does with a window what its page, or the system's menu, asks for. */
export function act(window: BrowserWindow, action: WindowAction): void {
  const { webContents } = window;
  if (action === 'zoomIn') webContents.zoomLevel += ZOOM_STEP;
  else if (action === 'zoomOut') webContents.zoomLevel -= ZOOM_STEP;
  else if (action === 'zoomReset') webContents.zoomLevel = 0;
  else if (action === 'fullScreen') window.setFullScreen(!window.isFullScreen());
  else app.quit();
}

/**
 * Replaces Electron's menu, whose keys would reload a window, close it by a slip beside the wand's W, and open developer tools. The
 * window has a menu of its own, and its keys are the page's, where they can be changed. A bar of the system's would take the focus
 * when Alt goes up, which is a modifier of tools; so there is none but on macOS, where the system wants one and takes nothing for it.
 * @param send tells the page of a window which command was chosen
 */
export function installMenu(send: (window: BrowserWindow, command: MenuCommand) => void): void {
  Menu.setApplicationMenu(process.platform === 'darwin' ? Menu.buildFromTemplate(templateOf(send)) : null);
}

function templateOf(send: (window: BrowserWindow, command: MenuCommand) => void): MenuItemConstructorOptions[] {
  const inFocus = (then: (window: BrowserWindow) => void) => () => {
    const window = BrowserWindow.getFocusedWindow();
    if (window) then(window);
  };
  const command = (label: string, id: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: inFocus((window) => send(window, id)),
    ...(accelerator && { accelerator }),
  });
  const action = (label: string, id: WindowAction, accelerator: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: inFocus((window) => act(window, id)),
  });
  const separator = { type: 'separator' } as const;
  return [
    {
      label: app.name,
      submenu: [
        command('About Espalier', 'app.about'),
        separator,
        { role: 'hide' },
        { role: 'hideOthers' },
        { role: 'unhide' },
        separator,
        { role: 'quit' },
      ],
    },
    { label: 'File', submenu: [command('Open Folder…', 'project.open', 'Cmd+O'), separator, { role: 'close' }] },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        action('Everything Larger', 'zoomIn', 'Cmd+Plus'),
        action('Everything Smaller', 'zoomOut', 'Cmd+-'),
        action('As Large as at First', 'zoomReset', 'Cmd+0'),
        separator,
        action('Full Screen', 'fullScreen', 'Ctrl+Cmd+F'),
      ],
    },
    { role: 'window', submenu: [{ role: 'minimize' }, { role: 'zoom' }] },
    { role: 'help', submenu: [command('Keys', 'keys.open')] },
  ];
}
