import { z } from 'zod';
import { TrainSettings } from '@shared/settings';
import type { Program } from '../compile/program';
import { FittedConfidence } from '../core/fitted-confidence';
import { sizesOf } from '../data/plan';
import { StoredScale } from '../checkpoint/checkpoint';
import { trainingDescent, tuningDescent } from './descent';
import { featuresProgram } from './features';
import { headProgram } from './head';
import { createNetwork, createPixelNetwork } from '../model/create';
import { createHeadNetwork } from '../model/head-network';
import { BACKBONE_DESCRIPTIONS } from '../model/backbones';
import { predictionProgram } from './prediction';
import { methodOf } from '../methods';
import { calibrationProgram } from './calibration';
import { trainingProgram } from './training';

const classes = z.number().int().min(1).max(254);
const side = z.number().int().positive();

/**
 * What a program is made from: plain data, so that a process of its own can record it.
 * A further kind of program is one more member here and one more case below.
 */
export const ProgramDescription = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('training'), settings: TrainSettings, classes }),
  z.object({ kind: z.literal('tuning'), settings: TrainSettings, classes }),
  z.object({ kind: z.literal('calibration'), settings: TrainSettings, classes }),
  z.object({ kind: z.literal('head'), settings: TrainSettings, classes, inputs: side }),
  z.object({ kind: z.literal('features'), backbone: TrainSettings.shape.backbone }),
  z.object({
    kind: z.literal('prediction'),
    backbone: TrainSettings.shape.backbone,
    decoder: TrainSettings.shape.decoder,
    classes,
    /** Null leaves the pruned teacher out. */
    pruned: z
      .object({
        scope: TrainSettings.shape.scope,
        statistics: TrainSettings.shape.prunedStatistics,
        doubt: TrainSettings.shape.doubt,
        views: z.tuple([side, side, side, side]).readonly().nullable(),
      })
      .nullable(),
    /** What the scores are scaled by; null: not at all. */
    scale: StoredScale.nullable(),
    /** What takes the place of p̃; null: nothing does. */
    confidence: FittedConfidence.nullable(),
    viewScale: z.number().positive(),
    best: z.boolean(),
    /** Heights and widths of the images, pixels. */
    shapes: z
      .array(z.tuple([side, side]).readonly())
      .min(1)
      .readonly(),
  }),
]);
export type ProgramDescription = z.infer<typeof ProgramDescription>;

export function programOf(description: ProgramDescription): Program {
  switch (description.kind) {
    case 'training':
    case 'tuning': {
      const { kind, settings, classes } = description;
      const network = createNetwork(settings.backbone, classes, settings.decoder);
      const descent = kind === 'training' ? trainingDescent(settings) : tuningDescent(settings);
      return trainingProgram(network, methodOf(settings), { ...settings, ...sizesOf(settings) }, descent);
    }
    case 'calibration': {
      const { settings, classes } = description;
      return calibrationProgram(createNetwork(settings.backbone, classes, settings.decoder), settings);
    }
    case 'head': {
      const { settings, classes, inputs } = description;
      return headProgram(createHeadNetwork(inputs, classes), methodOf(settings), settings);
    }
    case 'features': {
      const { backbone } = description;
      return featuresProgram(createPixelNetwork(backbone, 1), BACKBONE_DESCRIPTIONS[backbone].normalisation);
    }
    case 'prediction': {
      const { backbone, decoder, classes, pruned, scale, confidence, viewScale, best, shapes } = description;
      return predictionProgram(
        createNetwork(backbone, classes, decoder),
        BACKBONE_DESCRIPTIONS[backbone],
        { pruned, scale, confidence, viewScale, best },
        shapes,
      );
    }
  }
}
