import { z } from 'zod';
import { TrainSettings } from '@shared/settings';
import type { Program } from './compile/program';
import { createNetwork } from './model/create';
import { trainingProgram } from './run/program';

/**
 * What a program is made from: plain data, so that a process of its own can record it.
 * A further kind of program is one more member here and one more case below.
 */
export const ProgramDescription = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('training'), settings: TrainSettings, classes: z.number().int().min(1).max(254) }),
]);
export type ProgramDescription = z.infer<typeof ProgramDescription>;

export function programOf(description: ProgramDescription): Program {
  switch (description.kind) {
    case 'training':
      return trainingProgram(createNetwork(description.settings.backbone, description.classes), description.settings);
  }
}
