import type { Handlers } from '@shared/rpc';
import { exportMasks } from '../formats/export-masks';
import { importMasks } from '../formats/import-masks';
import type { Open } from './project';

export function transferHandlers(project: Open): Handlers<'import.masks' | 'export.masks'> {
  return {
    'import.masks': (params, context) => importMasks(project(), params, context),
    'export.masks': (params, context) => exportMasks(project(), params, context),
  };
}
