import { z } from 'zod';
import { BACKBONES } from '../settings';

export const imageId = z.number().int().positive();
export const runId = z.string().min(1).max(100);
/** The run whose marks and shares are told of images; null: none. */
export const lookedAt = runId.nullable();
export const beta = z.number().min(0).max(100);
export const words = z.instanceof(Uint32Array);
export const bytes = z.instanceof(Uint8Array);
export const share = z.number().min(0).max(1);
export const backbone = z.enum(BACKBONES);
/** Whether images are predicted with Best masks, see `best-masks.ts`. */
export const best = z.boolean();

/** An image as the engine reads it; `path` is absolute. */
export const imageFile = z.object({ id: imageId, path: z.string(), width: z.number().int(), height: z.number().int() });
/** `name`: the path without extension or, where two images share that, with it; masks of the image are named so. */
export const namedImage = imageFile.extend({ name: z.string() });
