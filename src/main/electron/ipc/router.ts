import { isMethod, methods, type MethodOf } from '@shared/protocol';
import { serve, type Handlers, type RawHandler } from '@shared/rpc';
import type { Project } from '../../host/project/project';

/** Answers main's own methods and forwards the others to the child that owns them. */
export function route(project: Project, own: Handlers<MethodOf<'main'>>, onError: (error: unknown) => void): RawHandler {
  const answer = serve<MethodOf<'main'>>(own);
  return async (method, params, context) => {
    try {
      if (isMethod(method) && methods[method].owner === 'main') return await answer(method, params, context);
      return await project.forward(method, params, { signal: context.signal, onProgress: context.progress });
    } catch (error) {
      onError(error);
      throw error;
    }
  };
}
