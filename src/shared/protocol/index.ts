import type { z } from 'zod';
import { appMethods } from './app';
import { backboneMethods } from './backbones';
import { classMethods } from './classes';
import { comparisonMethods } from './comparisons';
import { engineMethods } from './engine';
import { imageMethods } from './images';
import { labelMethods } from './labels';
import { maskMethods } from './masks';
import type { MethodSpec, Owner } from './method';
import { modelMethods } from './models';
import { predictionMethods } from './predictions';
import { previewMethods } from './preview';
import { projectMethods } from './project';
import { reviewMethods } from './review';
import { runMethods } from './runs';
import { subsetMethods } from './subsets';
import { suggestionMethods } from './suggestions';
import { trainingMethods } from './training';
import { weightsMethods } from './weights';

export { MenuCommand, WindowAction } from './app';
export { Evaluation } from './engine';
export { events, type EventName, type Events, type PayloadOf } from './events';
export { ListPlace } from './images';
export { LabelState, LabelVersion } from './labels';
export { FormatOption } from './masks';
export type { Caller, MethodSpec, Owner } from './method';
export { PreviewScores } from './preview';
export { ImageProgress, Progress } from './progress';
export { Backup, Fault, OpenedProject, ProjectSummary, Verification, Warning } from './project';
export { Decision, ReviewRule } from './review';
export { Learning, RunActivity, StopHow, TrainProgress, TrainTelling } from './training';

/**
 * Every message of Espalier, declared once, by its subject: who answers it, who may call it, its parameters, its progress and its result.
 * Types are inferred from these schemas; each receiving edge validates with them. Whoever needs a message imports it from here.
 */
export const methods = {
  ...projectMethods,
  ...backboneMethods,
  ...imageMethods,
  ...classMethods,
  ...labelMethods,
  ...runMethods,
  ...predictionMethods,
  ...previewMethods,
  ...subsetMethods,
  ...suggestionMethods,
  ...reviewMethods,
  ...comparisonMethods,
  ...maskMethods,
  ...engineMethods,
  ...modelMethods,
  ...appMethods,
  ...trainingMethods,
  ...weightsMethods,
} as const satisfies Record<string, MethodSpec>;

export type Methods = typeof methods;
export type MethodName = keyof Methods;
export type ParamsOf<M extends MethodName> = z.output<Methods[M]['params']>;
export type ProgressOf<M extends MethodName> = z.output<Methods[M]['progress']>;
export type ResultOf<M extends MethodName> = z.output<Methods[M]['result']>;
export type MethodOf<O extends Owner> = { [M in MethodName]: Methods[M]['owner'] extends O ? M : never }[MethodName];

export function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}
