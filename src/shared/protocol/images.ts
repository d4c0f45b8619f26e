import { z } from 'zod';
import { ImageQuery, ImageRecord } from '../domain';
import { SampleRange } from '../picture';
import { imageId, lookedAt, bytes, namedImage } from './fields';
import { hostMethod, longHostMethod, method, nothing, type MethodSpec } from './method';

/** Where a row stands in a list: its index, and what the order goes by: its value there, among those with a score or without, and its id. */
export const ListPlace = z.object({
  index: z.number().int().min(0),
  scored: z.boolean(),
  value: z.union([z.string(), z.number()]),
  id: imageId,
});
export type ListPlace = z.infer<typeof ListPlace>;

const part: z.ZodType<Uint8Array> = bytes;
const tileIndex = z.number().int().min(0).max(10_000);

/** The images of the open project: lists, marks, pictures. */
export const imageMethods = {
  /**
   * Rows of a list from `offset` on. From `after`, the `last` of a page before them (the nearer the better), they are found at once however
   * deep they are, and go on where that page ended though the list has changed since.
   */
  'images.list': method(
    'library',
    z
      .object({
        query: ImageQuery,
        offset: z.number().int().min(0),
        limit: z.number().int().min(1).max(1000),
        after: ListPlace.optional(),
      })
      .refine(({ offset, after }) => after === undefined || after.index < offset, 'a page begins after the place that it is found from'),
    z.object({ total: z.number().int(), items: z.array(ImageRecord), last: ListPlace.nullable() }),
  ),
  'images.get': method('library', z.object({ id: imageId, runId: lookedAt }), ImageRecord),
  /** Position of an image in a list, or null when the query leaves it out. */
  'images.position': method('library', z.object({ id: imageId, query: ImageQuery }), z.number().int().nullable()),
  'images.update': method('library', z.object({ id: imageId, notes: z.string().max(10000), runId: lookedAt }), ImageRecord),
  /** Marks images done, or reviewed of a run, or not; `changed` are those that were not so before. Errors: RUN_UNKNOWN. */
  'images.mark': method(
    'library',
    z.object({ ids: z.array(imageId).max(10_000), mark: z.enum(['done', 'reviewed']), on: z.boolean(), runId: lookedAt }),
    z.object({ images: z.array(ImageRecord), changed: z.array(imageId) }),
  ),
  /** The image upright as training sees it, or its thumbnail: its progress is a bitmap, part by part. `range` counts for more than 8 bits. */
  'images.picture': longHostMethod(
    'library',
    z.object({ id: imageId, kind: z.enum(['display', 'thumbnail']), range: SampleRange.nullable() }),
    part,
    nothing,
  ),
  /** A tile of a large image, as `images.picture` gives pictures; levels, sizes and places as in `picture.ts`. */
  'images.tile': longHostMethod(
    'library',
    z.object({ id: imageId, level: tileIndex, x: tileIndex, y: tileIndex, range: SampleRange.nullable() }),
    part,
    nothing,
  ),
  /** What the samples of an image of more than 8 bits hold, and the range of them that is shown by itself; null for other images. */
  'images.samples': method(
    'library',
    z.object({ id: imageId }),
    z.object({ min: z.number(), max: z.number(), range: SampleRange }).nullable(),
  ),
  /** The readable images that each name of a list may mean: one, none, or (ambiguous) several. */
  'images.named': hostMethod('library', z.object({ names: z.array(z.string()) }), z.array(z.array(namedImage))),
  /** Readable images in order of their ids, those after an id. */
  'images.readable': hostMethod(
    'library',
    z.object({ after: z.number().int().min(0), limit: z.number().int().min(1).max(10_000) }),
    z.array(namedImage),
  ),
} as const satisfies Record<string, MethodSpec>;
