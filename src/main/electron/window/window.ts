import { join } from 'node:path';
import { BrowserWindow, session } from 'electron';
import { isWindowPage, windowUrl } from './address';

/**
 * A locked-down window: sandboxed, isolated, unable to leave its page, to open others or to ask for permissions.
 * @param key of the window's addresses; it cannot be guessed, so that no page knows another's
 */
export function openWindow(key: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 600,
    show: false,
    backgroundColor: '#1b1c1d',
    title: 'Espalier',
    webPreferences: {
      preload: join(__dirname, '../preload/index.js'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      // Labelling and its save queue go on while another window covers this one.
      backgroundThrottling: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  const contents = window.webContents;
  contents.on('will-navigate', (event, url) => {
    if (!isWindowPage(key, url)) event.preventDefault();
  });
  // An empty page is shown without being asked for first: it is left at once.
  contents.on('did-navigate', (_event, url) => {
    if (!isWindowPage(key, url)) void contents.loadURL(windowUrl(key));
  });
  window.webContents.on('will-attach-webview', (event) => event.preventDefault());
  void window.loadURL(windowUrl(key));
  return window;
}

/** Denies every permission to every page: Espalier needs none. */
export function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
}
