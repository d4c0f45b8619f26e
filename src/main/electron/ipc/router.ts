import { EspalierError } from '@shared/errors';
import { isMethod, methods, type MethodOf } from '@shared/protocol';
import { serve, type Handlers, type RawHandler } from '@shared/rpc';
import type { Project } from '../../host/project/project';
import type { ShownFolders } from './shown-folders';

export interface Route {
  readonly project: Pick<Project, 'forward'>;
  /** Main's own methods. */
  readonly own: Handlers<MethodOf<'main'>>;
  /** Hears of the folders that masks were exported to. */
  readonly folders: ShownFolders;
  readonly onError: (error: unknown) => void;
}

/** What a page may call: main's own methods are answered here, the others by the child that owns them. Nothing else gets any further. */
export function route({ project, own, folders, onError }: Route): RawHandler {
  const answer = serve<MethodOf<'main'>>(own);
  return async (method, params, context) => {
    try {
      if (!isMethod(method)) throw new EspalierError('UNKNOWN_METHOD', { method });
      if (methods[method].caller !== 'window') throw new EspalierError('METHOD_REFUSED', { method });
      if (methods[method].owner === 'main') return await answer(method, params, context);
      const result = await project.forward(method, params, { signal: context.signal, onProgress: context.progress });
      if (method === 'export.masks') folders.add(methods[method].result.parse(result).folder);
      return result;
    } catch (error) {
      onError(error);
      throw error;
    }
  };
}
