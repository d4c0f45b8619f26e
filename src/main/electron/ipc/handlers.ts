import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { app, dialog, shell, type BrowserWindow } from 'electron';
import { EspalierError } from '@shared/errors';
import type { MethodOf } from '@shared/protocol';
import type { Handlers } from '@shared/rpc';
import type { BackbonePaces } from '../../host/backbone-paces';
import { dataFolder } from '../../host/data-folder';
import type { Log } from '../../host/log';
import { exportModel } from '../../host/project/model-export';
import { makeSuggestions } from '../../host/project/suggestions';
import type { Project } from '../../host/project/project';
import { createSample, sampleImages } from '../../host/project/sample';
import type { RecentProjects } from '../../host/recent';
import type { WeightsManager } from '../../host/weights/manager';
import { act } from '../window/menu';
import type { ShownFolders } from './shown-folders';

export interface HandlerContext {
  readonly window: BrowserWindow;
  readonly project: Project;
  readonly folders: ShownFolders;
  readonly log: Log;
  readonly recent: RecentProjects;
  readonly weights: WeightsManager;
  readonly paces: BackbonePaces;
  /** The folder named on the command line for this window. */
  readonly openAtStart: string | null;
}

/** Main's own methods, for one window. */
export function mainHandlers({
  window,
  project,
  folders,
  log,
  recent,
  weights,
  paces,
  openAtStart,
}: HandlerContext): Handlers<MethodOf<'main'>> {
  return {
    'app.info': () => ({
      version: app.getVersion(),
      platform: process.platform,
      recent: recent.list().filter((folder) => existsSync(folder)),
      openAtStart,
    }),
    'app.chooseFolder': async ({ title }) => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, { title, properties: ['openDirectory', 'createDirectory'] });
      return canceled ? null : (filePaths[0] ?? null);
    },
    'app.saveText': async ({ title, name, text }) => {
      const { canceled, filePath } = await dialog.showSaveDialog(window, { title, defaultPath: name });
      if (canceled || !filePath) return null;
      await writeFile(filePath, text);
      return filePath;
    },
    'app.window': ({ action }) => {
      act(window, action);
      return null;
    },
    'app.showFolder': async ({ folder }) => {
      if (!(await folders.mayShow(folder))) throw new EspalierError('FOLDER_NOT_SHOWN', { folder });
      const problem = await shell.openPath(folder);
      if (problem) log.write(`the folder ${folder} could not be shown: ${problem}`);
      return null;
    },
    'app.openProject': async ({ folder, project: id }) => {
      if (folder === sampleImages(dataFolder())) await createSample(project.library, dataFolder());
      const summary = await project.openOrCreate(folder, id);
      folders.project = summary.folder;
      recent.add(folder);
      window.setTitle(`${summary.name} · Espalier`);
      return summary;
    },
    'app.closeProject': async () => {
      await project.closeProject();
      folders.project = null;
      window.setTitle('Espalier');
      return null;
    },
    'app.restoreProject': async (params) => {
      const opened = await project.restore(params);
      folders.project = opened.folder;
      recent.add(params.folder);
      window.setTitle(`${opened.name} · Espalier`);
      return opened;
    },
    'app.verifyProject': ({ repair }, { signal, progress }) => project.verify(repair, { signal, onProgress: progress }),
    'app.sample': async (_params, { signal, progress }) => {
      await createSample(project.library, dataFolder(), { signal, onProgress: progress });
      return sampleImages(dataFolder());
    },
    'app.log': ({ message }) => {
      log.write(`window: ${message}`);
      return null;
    },
    'preview.show': ({ imageId }, { signal }) => project.previews.show(imageId, signal),
    'preview.all': (_params, { signal, progress }) => project.previews.showAll({ signal, onProgress: progress }),
    'suggestions.make': ({ count }, { signal, progress }) =>
      makeSuggestions(project.library, project.engine, count, { signal, onProgress: progress }),
    'models.export': async (request, { signal }) => {
      const exported = await exportModel(project.library, project.engine, request, signal);
      folders.add(exported.folder);
      return exported;
    },
    'training.start': ({ settings }) => project.train(settings),
    'training.resume': async ({ runId }) => {
      await project.resume(runId);
      return null;
    },
    'training.predict': async ({ runId, best }) => {
      await project.predict(runId, best);
      return null;
    },
    'training.stop': ({ how }) => {
      project.training.stop(how);
      return null;
    },
    'training.stepAside': ({ active }) => {
      project.training.stepAside(active);
      return null;
    },
    'learning.start': ({ settings, from }) => {
      project.learning.start(settings, from);
      return null;
    },
    'learning.stop': async () => {
      await project.learning.stop();
      return null;
    },
    'learning.look': ({ imageId }) => {
      project.learning.look(imageId);
      return null;
    },
    'learning.status': () => project.learning.status,
    'training.status': () => project.training.status,
    'backbones.paces': () => paces.kept(),
    'backbones.measure': (_params, { signal, progress }) => paces.measure({ signal, onProgress: progress }),
    'weights.list': () => weights.list(),
    'weights.download': ({ backbone }, { signal, progress }) => weights.download(backbone, { signal, onProgress: progress }),
    'weights.import': async ({ backbone }) => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: `Weights for ${backbone}`,
        properties: ['openFile'],
        filters: [
          { name: 'Weights', extensions: ['safetensors', 'pth', 'pt', 'bin'] },
          { name: 'All files', extensions: ['*'] },
        ],
      });
      const file = canceled ? undefined : filePaths[0];
      return file === undefined ? null : weights.import(backbone, file);
    },
    'weights.remove': ({ backbone }) => weights.remove(backbone),
  };
}
