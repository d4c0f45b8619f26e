import { z } from 'zod';
import { Backup, OpenedProject, Verification } from './project';
import { Progress } from './progress';
import { longMethod, method, nothing, type MethodSpec } from './method';

/** What the page has the system do with its window. `zoom…`: of everything in it, not of the image. */
export const WindowAction = z.enum(['zoomIn', 'zoomOut', 'zoomReset', 'fullScreen', 'quit']);
export type WindowAction = z.infer<typeof WindowAction>;

/** The commands of the window that are in the system's menu. */
export const MenuCommand = z.enum(['project.open', 'keys.open', 'app.about']);
export type MenuCommand = z.infer<typeof MenuCommand>;

/** What the application does for a window. */
export const appMethods = {
  'app.info': method(
    'main',
    nothing,
    z.object({ version: z.string(), platform: z.string(), recent: z.array(z.string()), openAtStart: z.string().nullable() }),
  ),
  'app.chooseFolder': method('main', z.object({ title: z.string() }), z.string().nullable()),
  /** Asks where to, and writes a text there; returns the file, or null when the user thought better of it. */
  'app.saveText': method(
    'main',
    z.object({ title: z.string(), name: z.string().max(200), text: z.string().max(1_000_000) }),
    z.string().nullable(),
  ),
  /** What the system does with the window, or with the application. */
  'app.window': method('main', z.object({ action: WindowAction }), nothing),
  'app.showFolder': method('main', z.object({ folder: z.string() }), nothing),
  /** Opens the project of a folder in this window, and remembers it. With `project` only the one of that id; else a new folder gets one. */
  'app.openProject': method('main', z.object({ folder: z.string().min(1), project: z.string().optional() }), OpenedProject),
  /** Closes the project of this window; nothing opens it again but `app.openProject`. */
  'app.closeProject': method('main', nothing, nothing),
  /** Restores a backup of a project (see `project.restore`) and opens it in this window. Errors: those of both, TRAIN_BUSY. */
  'app.restoreProject': method('main', z.object({ folder: z.string().min(1), backup: Backup.shape.name }), OpenedProject),
  /** Looks for faults in the project of this window (see `project.verify`), which is opened again then. Errors: those of both, TRAIN_BUSY. */
  'app.verifyProject': longMethod(
    'main',
    z.object({ repair: z.boolean() }),
    Progress,
    z.object({ verification: Verification, opened: OpenedProject }),
  ),
  /** Makes the sample data set where Espalier keeps its data, when it is not there yet, and returns its folder. */
  'app.sample': longMethod('main', nothing, Progress, z.string()),
  /** Appends to the log file. */
  'app.log': method('main', z.object({ message: z.string().max(10000) }), nothing),
} as const satisfies Record<string, MethodSpec>;
