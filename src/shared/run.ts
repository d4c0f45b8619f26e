import { z } from 'zod';
import { LabelClass } from './domain';
import { TrainSettings } from './settings';

/**
 * `runs/<id>/inputs.json`: the frozen inputs of a run, written by the library, read by the engine.
 * Paths of images are relative to the project's folder (absolute in older runs); those of masks to the run's folder. Masks are 8-bit grey PNGs of class ids,
 * 255 = none, of the image's size after EXIF orientation.
 */
export const RunInputs = z.object({
  version: z.literal(1),
  runId: z.string(),
  classes: z.array(LabelClass).min(1),
  settings: TrainSettings,
  labelled: z.array(
    z.object({
      id: z.number().int(),
      path: z.string(),
      width: z.number().int().positive(),
      height: z.number().int().positive(),
      labels: z.string(),
    }),
  ),
  unlabelled: z.array(
    z.object({
      id: z.number().int(),
      path: z.string(),
      width: z.number().int().positive(),
      height: z.number().int().positive(),
      /** Classes the user rejected, per pixel: a pseudo-label equal to it gets no weight. */
      rejected: z.string().nullable(),
    }),
  ),
});
export type RunInputs = z.infer<typeof RunInputs>;

/** Files of a run's folder, so that library and engine agree. */
export const RUN_FILES = {
  inputs: 'inputs.json',
  labels: 'inputs/labels',
  rejected: 'inputs/rejected',
  checkpoint: 'checkpoint',
  predictions: 'predictions',
  /** Report and plot of the calibration at the end of warm-up, without extension. */
  calibration: 'calibration',
  analysis: 'analysis',
} as const;

/** The project's folder, from a run's. */
export const PROJECT_OF_RUN = '../../..';

/** The folder of what a backbone saw in the project's images, from a run's. Nothing is lost with it but the time to look again. */
export const FEATURES_OF_RUN = '../../features';

/** Checkpoints of a run, the newer first; any of them is one to go on from. */
export const CHECKPOINT_FILES = ['last.safetensors', 'previous.safetensors'] as const;

/** Beside them: what another run can begin a head from. */
export const HEAD_FILE = 'head.safetensors';

/** The folder of a run, from another's. */
export const besideRun = (runId: string): string => `../${runId}`;

/**
 * `runs/<id>/predictions/<image id>.png`: what the teacher says of each pixel, as an RGB PNG of the image's size:
 * R = class id, G = round(255 · p̃), B = round(255 · (1 − √(1 − d))). The root keeps apart what lies close to 1, where most d are.
 * p̃ and d are those of the training's score: scaled where the run's `thresholds` and `betaScale` say so.
 */
export const predictionFile = (imageId: number): string => `${RUN_FILES.predictions}/${imageId}.png`;

/** Pixels of an image that a cell of the networks' maps, of logits and embeddings, is wide and high. */
export const CELL = 4;

/**
 * What is kept of a teacher's embedding: for each cell of `stride` × `stride` pixels, `channels` numbers whose distances stand for
 * those of the embedding.
 */
export const EMBEDDING = { stride: CELL, channels: 16 } as const;

/** Columns and rows of cells of an image. */
export function embeddingGrid({ width, height }: { readonly width: number; readonly height: number }): { columns: number; rows: number } {
  return { columns: Math.ceil(width / EMBEDDING.stride), rows: Math.ceil(height / EMBEDDING.stride) };
}

/**
 * `runs/<id>/predictions/<image id>.embedding.png`: the numbers v of each cell, clamped to [−1, 1], as a grey PNG: `columns` wide, and
 * one channel's `rows` below the other's; round(127.5 · (v + 1)).
 */
export const embeddingFile = (imageId: number): string => `${RUN_FILES.predictions}/${imageId}.embedding.png`;
export const encodeEmbedding = (v: number): number => Math.round(127.5 * (Math.min(Math.max(v, -1), 1) + 1));

export const encodeConfidence = (p: number): number => Math.round(255 * p);
export const decodeConfidence = (byte: number): number => byte / 255;
export const encodeSimilarity = (d: number): number => Math.round(255 * (1 - Math.sqrt(1 - Math.min(Math.max(d, 0), 1))));
export const decodeSimilarity = (byte: number): number => 1 - (1 - byte / 255) ** 2;
