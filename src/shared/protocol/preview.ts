import { z } from 'zod';
import { bytes, imageFile, imageId, share, words } from './fields';
import { hostMethod, longHostMethod, longMethod, method, nothing, type MethodSpec } from './method';
import { Progress } from './progress';

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

/** What a preview says of an image as a whole. */
export const PreviewScores = z.object({
  imageId,
  /** Share of its pixels that it is not sure of: p̃ below 0.7. */
  lowConfidence: share,
  /** Share of its pixels that are of the class that the labels have least of, among those they have. */
  rare: share,
});
export type PreviewScores = z.infer<typeof PreviewScores>;

const known = z.object({
  classes: z.array(z.number().int()).min(1),
  /** `rle`: labels of an image, null where the engine knows them. */
  labelled: z.array(labelledImage.extend({ rle: words.nullable() })),
});

/** What a model would make of the labels, before any run. */
export const previewMethods = {
  /** A preview of an image. Errors: PREVIEW_CLASSES, WEIGHTS_MISSING, IMAGE_*. */
  'preview.show': method('main', z.object({ imageId }), Preview),
  /** Previews all readable images, so that lists without a run can be sorted by what it says. Errors: PREVIEW_CLASSES, WEIGHTS_MISSING, NONE_READABLE. */
  'preview.all': longMethod('main', nothing, Progress, z.object({ images: z.number().int().nonnegative() })),
  /** Keeps what a preview says of images; `first`: in the place of all that was kept. */
  'preview.keep': hostMethod('library', z.object({ scores: z.array(PreviewScores), first: z.boolean() }), nothing),
  /** What a preview of an image, or of none, is made of: the project's classes, the image, the images labelled last, `most` of them; and where what backbones see is kept. */
  'preview.inputs': hostMethod(
    'library',
    z.object({ imageId: imageId.nullable(), most: z.number().int().positive() }),
    z.object({ classes: z.array(z.number().int()), image: imageFile.nullable(), labelled: z.array(labelledImage), features: z.string() }),
  ),
  /** Which of these images the engine has yet to be told the labels of. */
  'engine.previewLacks': hostMethod(
    'engine',
    z.object({ classes: z.array(z.number().int()), labelled: z.array(labelledImage) }),
    z.object({ lacking: z.array(imageId) }),
  ),
  'engine.preview': hostMethod('engine', known.extend({ image: imageFile }), Preview),
  /** Previews many images; what backbones saw in them is kept in the folder `features`. Images that cannot be read are left out. */
  'engine.previewAll': longHostMethod(
    'engine',
    known.extend({ images: z.array(imageFile), features: z.string() }),
    Progress.extend({ scores: z.array(PreviewScores) }),
    nothing,
  ),
} as const satisfies Record<string, MethodSpec>;
