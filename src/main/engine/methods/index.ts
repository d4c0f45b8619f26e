import type { Method } from '@shared/methods';
import type { TrainSettings } from '@shared/settings';
import { conf } from './conf';
import type { LearningMethod } from './method';
import { pgcl } from './pgcl';

type MethodSettings = Pick<TrainSettings, 'method' | 'refinement' | 'doubt'>;

/** The methods by name; `sup` uses no unlabelled image. Without its refinement PGCL is plain confidence thresholding (Table 6). */
const LEARNING_METHODS: Readonly<Record<Method, (settings: MethodSettings) => LearningMethod | null>> = {
  sup: () => null,
  conf: () => conf,
  pgcl: ({ refinement, doubt }) => (refinement ? pgcl(doubt) : conf),
};

/** The method of a run; null trains on the labelled images alone. */
export function methodOf(settings: MethodSettings): LearningMethod | null {
  return LEARNING_METHODS[settings.method](settings);
}
