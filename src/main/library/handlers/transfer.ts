import type { Handlers } from '@shared/rpc';
import { exportMasks } from '../formats/export-masks';
import { findMasks } from '../formats/find-masks';
import { importMasks } from '../formats/import-masks';
import type { Open } from './project';

export function transferHandlers(project: Open): Handlers<'import.masks' | 'masks.find' | 'export.masks'> {
  return {
    'import.masks': (params, context) => importMasks(project(), params, context),
    'masks.find': (params, { signal }) => findMasks(project(), params, signal),
    'export.masks': (params, context) => exportMasks(project(), params, context),
  };
}
