import type { Handlers } from '@shared/rpc';
import { imageOf } from '../project/open-project';
import { accept, reject, revoke } from '../review/decide';
import { decidedOf } from '../review/decided';
import { decisionsOf } from '../review/decisions';
import { acceptByRule, revokeAll, tryRule } from '../rules/by-rule';
import type { Open } from './project';

type Methods =
  | 'review.accept'
  | 'review.reject'
  | 'review.revoke'
  | 'review.tryRule'
  | 'review.acceptByRule'
  | 'review.revokeAll'
  | 'review.decided'
  | 'review.decisions';

export function reviewHandlers(project: Open): Handlers<Methods> {
  return {
    'review.accept': (params) => accept(project(), params),
    'review.reject': (params) => reject(project(), params),
    'review.revoke': (params) => revoke(project(), params),
    'review.tryRule': (rule, context) => tryRule(project(), rule, context),
    'review.acceptByRule': (rule, context) => acceptByRule(project(), rule, context),
    'review.revokeAll': (params, context) => revokeAll(project(), params, context),
    'review.decided': ({ imageId }) => decidedOf(project(), imageOf(project(), imageId)),
    'review.decisions': ({ imageId }) => decisionsOf(project(), imageOf(project(), imageId).id),
  };
}
