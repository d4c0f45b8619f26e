import { z } from 'zod';
import { WeightsRecord } from '../weights';
import { backbone } from './fields';
import { Progress } from './progress';
import { longMethod, method, nothing, type MethodSpec } from './method';

/** Pretrained weights of backbones. */
export const weightsMethods = {
  /** The pretrained weights of every backbone, there or not. */
  'weights.list': method('main', nothing, z.array(WeightsRecord)),
  /** Downloads and installs weights, continuing what is there; progress in bytes. Aborting keeps it. Errors: WEIGHTS_*, DISK_FULL. */
  'weights.download': longMethod('main', z.object({ backbone }), Progress, WeightsRecord),
  /** Asks for a file and installs its weights; null when none was chosen. Errors: FILE_UNREADABLE, WEIGHTS_*, DISK_FULL. */
  'weights.import': method('main', z.object({ backbone }), WeightsRecord.nullable()),
  'weights.remove': method('main', z.object({ backbone }), WeightsRecord),
} as const satisfies Record<string, MethodSpec>;
