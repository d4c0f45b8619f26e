import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { app, ipcMain, MessageChannelMain, net, type BrowserWindow, type IpcMainEvent } from 'electron';
import { z } from 'zod';
import { EspalierError, toEspalierError } from '@shared/errors';
import { Peer } from '@shared/rpc';
import { dataFolder } from '../host/data-folder';
import { mainHandlers } from './ipc/handlers';
import { portOfMain } from './ipc/port';
import { route } from './ipc/router';
import { ShownFolders } from './ipc/shown-folders';
import { Log } from '../host/log';
import { Project } from '../host/project/project';
import { sampleImages } from '../host/project/sample';
import { installMenu } from './window/menu';
import { RecentProjects } from '../host/recent';
import { BackbonePaces } from '../host/backbone-paces';
import { createWeightsManager } from '../host/create-weights';
import { isWindowPage } from './window/address';
import { askBeforeClosing } from './window/closing';
import { registerScheme, serveScheme } from './window/protocol';
import { denyPermissions, openWindow } from './window/window';

/** A window, the project it works with, and the port between them. */
interface ProjectWindow {
  readonly key: string;
  readonly window: BrowserWindow;
  readonly project: Project;
  readonly folders: ShownFolders;
  readonly openAtStart: string | null;
  peer: Peer | null;
}

/** What a second start tells the first; Chromium's own list of its arguments is reordered. */
const Start = z.object({ argv: z.array(z.string()), cwd: z.string() });

const data = dataFolder();
const log = new Log(join(data, 'logs'));
const recent = new RecentProjects(join(data, 'recent.json'));
// Chromium's network knows the system's proxy and certificates.
const paces = new BackbonePaces((line) => log.write(line));
const weights = createWeightsManager((line) => log.write(line), { fetch: (url, init) => net.fetch(url, init) });
const projectWindows = new Map<string, ProjectWindow>();
/** Projects whose windows are gone and whose library is finishing. */
const closing = new Set<Promise<void>>();

/** The folder named by the arguments: a path, or `--sample`. */
function folderOf(argv: readonly string[], cwd: string): string | null {
  // An unpackaged app is itself named on the command line, before its own arguments.
  const own = app.isPackaged ? 0 : argv.findIndex((arg) => resolve(cwd, arg) === app.getAppPath());
  const args = argv.slice(own + 1);
  if (args.includes('--sample')) return sampleImages(data);
  const folder = args.find((arg) => !arg.startsWith('-'));
  return folder === undefined ? null : resolve(cwd, folder);
}

function openProjectWindow(argv: readonly string[], cwd: string): void {
  const key = randomBytes(16).toString('hex');
  const project = new Project({
    window: true,
    event: (name, payload) => projectWindows.get(key)?.peer?.send(name, payload),
    log: (line) => log.write(line),
  });
  const window = openWindow(key);
  const folders = new ShownFolders();
  const projectWindow: ProjectWindow = { key, window, project, folders, openAtStart: folderOf(argv, cwd), peer: null };
  projectWindows.set(key, projectWindow);
  askBeforeClosing(window, () => project.training.status);
  window.on('closed', () => {
    projectWindows.delete(key);
    const closed = project.close().finally(() => closing.delete(closed));
    closing.add(closed);
  });
}

/** Hands a page its port, after checking that it is the page of one of our windows. */
function connect(event: IpcMainEvent): void {
  const projectWindow = [...projectWindows.values()].find(({ window }) => window.webContents === event.sender);
  const frame = event.senderFrame;
  if (!projectWindow || !frame || frame !== event.sender.mainFrame || !isWindowPage(projectWindow.key, frame.url)) {
    log.write(`a port was refused to ${frame?.url ?? 'a page that is gone'}`);
    return;
  }
  const { port1, port2 } = new MessageChannelMain();
  const { project, folders } = projectWindow;
  const onError = (error: unknown): void => log.error(toEspalierError(error));
  projectWindow.peer?.close(new EspalierError('CANCELLED'));
  const own = mainHandlers({ ...projectWindow, log, recent, weights, paces });
  projectWindow.peer = new Peer(portOfMain(port1), route({ project, own, folders, onError }), onError);
  event.sender.postMessage('port', null, [port2]);
}

// Electron would show a box that freezes every window; what is pending in them is not lost by an error that nobody awaits.
process.on('uncaughtException', (error) => log.error(toEspalierError(error)));
registerScheme();
app.setPath('userData', data);
// A second start opens a window in the first one's process: two processes must not share one profile.
if (app.requestSingleInstanceLock({ argv: process.argv, cwd: process.cwd() } satisfies z.output<typeof Start>)) {
  app.on('second-instance', (_event, _argv, _cwd, start) => {
    const { argv, cwd } = Start.parse(start);
    openProjectWindow(argv, cwd);
  });
  app.on('window-all-closed', () => void Promise.all(closing).then(() => app.quit()));
  void app.whenReady().then(() => {
    denyPermissions();
    installMenu((window, command) => {
      const projectWindow = [...projectWindows.values()].find((each) => each.window === window);
      projectWindow?.peer?.send('menu.chosen', { command });
    });
    serveScheme(
      (key) => projectWindows.get(key)?.project,
      (line) => log.write(line),
    );
    ipcMain.on('port-request', connect);
    openProjectWindow(process.argv, process.cwd());
  });
} else {
  app.quit();
}
