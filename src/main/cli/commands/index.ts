import type { Command } from '../command';
import { analyze } from './analyze';
import { backbones } from './backbones';
import { calibrate } from './calibrate';
import { compare } from './compare';
import { demo } from './demo';
import { evaluate } from './evaluate';
import { exportMasks } from './export';
import { exportModelCommand } from './export-model';
import { formats } from './formats';
import { fsck } from './fsck';
import { importMasks } from './import';
import { history } from './history';
import { init } from './init';
import { predict } from './predict';
import { reindex } from './reindex';
import { restore } from './restore';
import { runs } from './runs';
import { subsets } from './subsets';
import { suggest } from './suggest';
import { sweep } from './sweep';
import { train } from './train';
import { downloadWeights, importWeights, removeWeights, weights } from './weights';

/** Every command, in the order that the overview shows them. */
export const COMMANDS: readonly Command[] = [
  init,
  reindex,
  importMasks,
  history,
  suggest,
  subsets,
  train,
  runs,
  compare,
  predict,
  evaluate,
  analyze,
  calibrate,
  sweep,
  exportMasks,
  exportModelCommand,
  formats,
  restore,
  fsck,
  demo,
  backbones,
  weights,
  downloadWeights,
  importWeights,
  removeWeights,
];
