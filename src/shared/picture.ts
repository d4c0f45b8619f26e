import { z } from 'zod';

/** Samples shown black (and all below) and white (and all above), in the file's own units; white above black. */
export const SampleRange = z.object({ black: z.number(), white: z.number() }).refine(({ black, white }) => white > black);
export type SampleRange = z.infer<typeof SampleRange>;

/** Pictures of more pixels, or longer, than this are shown from tiles, and never decoded whole in a window. */
export const TILED_ABOVE = 32_000_000;
const TILED_BEYOND = 16_384;

export function isTiled(width: number, height: number): boolean {
  return width * height > TILED_ABOVE || Math.max(width, height) > TILED_BEYOND;
}

/** Side of a tile, pixels. */
export const TILE = 512;

/** Levels of a pyramid: level 0 is the picture itself, each next one half as wide and high (rounded up), the last one a single tile. */
export function pyramidLevels(width: number, height: number): number {
  return 1 + Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / TILE)));
}
