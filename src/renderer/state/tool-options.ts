import { z } from 'zod';
import { MAX_GAP } from '../editor/raster/flood-closing';
import { PAINT_MODES } from '../editor/rules';
import { MAX_REACH } from '../editor/snap/snap';
import { MAX_BRUSH, MIN_BRUSH } from '../editor/stamp';
import type { ToolOptions } from '../editor/tools/tool';

const level = z.number().int().min(0).max(255);

const Stored = z
  .object({
    classId: level,
    mode: z.enum(PAINT_MODES),
    brushSize: z.number().int().min(MIN_BRUSH).max(MAX_BRUSH),
    brushShape: z.enum(['circle', 'square']),
    pressure: z.boolean(),
    stabiliser: z.number().min(0).max(0.95),
    fillThrough: z.enum(['labels', 'colour']),
    fillTolerance: level,
    fillGap: z.number().int().min(0).max(MAX_GAP),
    wandTolerance: level,
    wandEdges: z.number().int().min(0).max(100),
    contiguous: z.boolean(),
    regionOperation: z.enum(['holes', 'grow', 'shrink', 'smooth']),
    regionRadius: z.number().int().min(1).max(100),
    superpixelSize: z.number().int().min(4).max(200),
    snapReach: z.number().int().min(1).max(MAX_REACH),
  })
  .partial();

/** The stored tool options over the defaults; anything malformed counts as not stored. */
export function optionsFrom(stored: unknown, defaults: ToolOptions): ToolOptions {
  const parsed = Stored.safeParse(stored);
  return { ...defaults, ...(parsed.success ? parsed.data : {}) };
}
