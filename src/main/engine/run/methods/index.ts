import type { Method as MethodName } from '@shared/settings';
import { conf } from './conf';
import type { Method } from './method';
import { pgcl } from './pgcl';

/** The methods by name; `sup` uses no unlabelled image. */
export const METHODS: Readonly<Record<MethodName, Method | null>> = { sup: null, conf, pgcl };
