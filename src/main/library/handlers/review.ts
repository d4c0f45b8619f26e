import type { Handlers } from '@shared/rpc';
import { imageOf } from '../project';
import { accept, decision, reject, revoke } from '../review/decide';
import type { Open } from './project';

type Methods = 'review.accept' | 'review.reject' | 'review.revoke' | 'review.decisions';

export function reviewHandlers(project: Open): Handlers<Methods> {
  return {
    'review.accept': (params) => accept(project(), params),
    'review.reject': (params) => reject(project(), params),
    'review.revoke': ({ id }) => revoke(project(), id),
    'review.decisions': ({ imageId }) => project().queries.decisions.ofImage(imageOf(project(), imageId).id).map(decision),
  };
}
