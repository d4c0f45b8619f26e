import { z } from 'zod';
import recipe from '../../../../resources/sample.json';

const range = z.tuple([z.number(), z.number()]);
const share = z.number().min(0).max(1);

/** What the sample data set is made of. Lengths in pixels, brightness in shares of white, densities per million pixels. */
const Recipe = z.strictObject({
  /** The set Espalier offers by itself. */
  seed: z.number().int(),
  images: z.number().int().positive(),
  size: z.number().int().positive(),
  classes: z.array(z.object({ name: z.string(), color: z.string() })).length(3),
  nuclei: z.strictObject({
    perMegapixel: range,
    radius: range,
    elongation: range,
    irregularity: range,
    brightness: range,
    texture: range,
    /** Shares of nuclei that touch another one, lie out of focus, or are condensed: small and bright like debris. */
    touching: share,
    outOfFocus: share,
    condensed: share,
  }),
  debris: z.strictObject({
    perMegapixel: range,
    radius: range,
    brightness: range,
    clusters: share,
    fibres: range,
    fibreLength: range,
  }),
  optics: z.strictObject({
    /** What differs from image to image. */
    exposure: range,
    blur: range,
    defocus: range,
    vignetting: range,
    background: range,
    haze: range,
    photons: range,
    readNoise: range,
  }),
});
export type Recipe = z.infer<typeof Recipe>;

export const SAMPLE_RECIPE: Recipe = Recipe.parse(recipe);

export const BACKGROUND = 0;
export const NUCLEUS = 1;
export const DEBRIS = 2;
