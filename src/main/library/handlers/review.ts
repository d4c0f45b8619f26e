import type { Handlers } from '@shared/rpc';
import { imageOf } from '../project/open-project';
import { accept, reject, revoke } from '../review/decide';
import { decidedOf } from '../review/decided';
import { decisionsOf } from '../review/decisions';
import type { Open } from './project';

type Methods = 'review.accept' | 'review.reject' | 'review.revoke' | 'review.decided' | 'review.decisions';

export function reviewHandlers(project: Open): Handlers<Methods> {
  return {
    'review.accept': (params) => accept(project(), params),
    'review.reject': (params) => reject(project(), params),
    'review.revoke': (params) => revoke(project(), params),
    'review.decided': ({ imageId }) => decidedOf(project(), imageOf(project(), imageId)),
    'review.decisions': ({ imageId }) => decisionsOf(project(), imageOf(project(), imageId).id),
  };
}
