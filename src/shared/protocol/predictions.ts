import { z } from 'zod';
import { EMBEDDING } from '../run';
import { imageId, runId, bytes } from './fields';
import { method, type MethodSpec } from './method';

/** What a run says of an image. */
export const predictionMethods = {
  /** What the teacher of a run says of each pixel of an image; planes as in `run.ts`. */
  'predictions.read': method(
    'library',
    z.object({ runId, imageId }),
    z.object({
      version: z.number().int(),
      width: z.number().int(),
      height: z.number().int(),
      classes: bytes,
      confidence: bytes,
      similarity: bytes,
    }),
  ),
  /** What the teacher of a run sees at each cell of an image: one byte for each cell, channel after channel, as in `run.ts`. */
  'predictions.embedding': method(
    'library',
    z.object({ runId, imageId }),
    z
      .object({ columns: z.number().int().positive(), rows: z.number().int().positive(), values: bytes })
      .refine(({ columns, rows, values }) => values.length === columns * rows * EMBEDDING.channels, 'a number is missing or too many'),
  ),
} as const satisfies Record<string, MethodSpec>;
