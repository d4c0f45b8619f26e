import type { Handlers } from '@shared/rpc';
import { exportMasks } from '../transfer/export-masks';
import { findMasks } from '../transfer/find-masks';
import { importMasks } from '../transfer/import-masks';
import { lookAt } from '../transfer/look';
import type { Open } from './project';

export function transferHandlers(project: Open): Handlers<'import.look' | 'import.masks' | 'masks.find' | 'export.masks'> {
  return {
    'import.look': (params, { signal }) => lookAt(project(), params, signal),
    'import.masks': (params, context) => importMasks(project(), params, context),
    'masks.find': (params, { signal }) => findMasks(project(), params, signal),
    'export.masks': (params, context) => exportMasks(project(), params, context),
  };
}
