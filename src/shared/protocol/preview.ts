import { z } from 'zod';
import { bytes, imageFile, imageId, words } from './fields';
import { hostMethod, method, type MethodSpec } from './method';

/** An image with labels, and how often those were changed: the same number, the same labels. */
const labelledImage = imageFile.extend({ revision: z.number().int().nonnegative() });

/** What a head would make of an image that has learnt from all labels so far. */
const Preview = z
  .object({
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    /** Of each pixel, row after row: class id, and p̃ from 0 to 255. */
    classes: bytes,
    confidence: bytes,
    /** Images whose labels it has learnt. */
    labelledImages: z.number().int().positive(),
  })
  .refine(
    ({ width, height, classes, confidence }) => classes.length === width * height && confidence.length === width * height,
    'pixels are missing',
  );

/** What a model would make of the labels, before any run. */
export const previewMethods = {
  /** A preview of an image. Errors: PREVIEW_CLASSES, WEIGHTS_MISSING, IMAGE_*. */
  'preview.show': method('main', z.object({ imageId }), Preview),
  /** What a preview of an image is made of: the project's classes, the image, and the images labelled last, `most` of them. */
  'preview.inputs': hostMethod(
    'library',
    z.object({ imageId, most: z.number().int().positive() }),
    z.object({ classes: z.array(z.number().int()), image: imageFile, labelled: z.array(labelledImage) }),
  ),
  /** Which of these images the engine has yet to be told the labels of. */
  'engine.previewLacks': hostMethod(
    'engine',
    z.object({ classes: z.array(z.number().int()), labelled: z.array(labelledImage) }),
    z.object({ lacking: z.array(imageId) }),
  ),
  /** `rle`: labels of an image, null where the engine knows them. */
  'engine.preview': hostMethod(
    'engine',
    z.object({
      classes: z.array(z.number().int()).min(1),
      image: imageFile,
      labelled: z.array(labelledImage.extend({ rle: words.nullable() })),
    }),
    Preview,
  ),
} as const satisfies Record<string, MethodSpec>;
