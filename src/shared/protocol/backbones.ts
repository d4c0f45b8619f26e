import { z } from 'zod';
import { BackbonePace } from '../backbone-pace';
import { Progress } from './progress';
import { hostMethod, longMethod, method, nothing, type MethodSpec } from './method';
import { backbone } from './fields';

/** How fast backbones are on this computer. */
export const backboneMethods = {
  /** What was measured before on this computer, by this processor and as many threads; null: nothing. */
  'backbones.paces': method('main', nothing, z.array(BackbonePace).nullable()),
  /** Measures each backbone, which takes about half a minute, and keeps the result. Errors: ENGINE_UNAVAILABLE. */
  'backbones.measure': longMethod('main', nothing, Progress, z.array(BackbonePace)),
  /** Looks at an image with the network of a backbone, whose weights need not be there. */
  'engine.paceOf': hostMethod('engine', z.object({ backbone }), BackbonePace),
} as const satisfies Record<string, MethodSpec>;
