import type { Method as MethodName, TrainSettings } from '@shared/settings';
import { conf } from './conf';
import type { Method } from './method';
import { pgcl } from './pgcl';

type MethodSettings = Pick<TrainSettings, 'method' | 'refinement' | 'doubt'>;

/** The methods by name; `sup` uses no unlabelled image. Without its refinement PGCL is plain confidence thresholding (Table 6). */
const METHODS: Readonly<Record<MethodName, (settings: MethodSettings) => Method | null>> = {
  sup: () => null,
  conf: () => conf,
  pgcl: ({ refinement, doubt }) => (refinement ? pgcl(doubt) : conf),
};

/** The method of a run; null trains on the labelled images alone. */
export function methodOf(settings: MethodSettings): Method | null {
  return METHODS[settings.method](settings);
}
