import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { IGNORE } from '@shared/mask';
import { z } from 'zod';
import type { Piece, Size, Source } from '../base/format';
import { stemOf } from '../../images/names';
import { groupBy } from '../base/group';
import { headOf, readJson, unreadable } from '../base/json';
import { numberClasses } from '../base/numbering';
import { countsOfText, spansOfCounts } from '../shapes/coco-rle';
import { paintSpans, polygonSpans, type Spans } from '../shapes/fill';
import { checkSize } from '../base/sizes';
import { FIRST_CATEGORY } from './write-instances';

const Id = z.number().int().nonnegative();
const Rle = z.object({ size: z.tuple([Id, Id]), counts: z.union([z.string(), z.array(z.number())]) });
export const CocoImage = z.object({ id: z.union([Id, z.string()]), width: Id, height: Id, file_name: z.string() });
const Annotation = z.object({
  image_id: z.union([Id, z.string()]),
  category_id: Id,
  iscrowd: z.union([z.literal(0), z.literal(1)]).default(0),
  segmentation: z.union([z.array(z.array(z.number())), Rle]).optional(),
});
type Annotation = z.infer<typeof Annotation>;
const Instances = z.object({
  images: z.array(CocoImage),
  annotations: z.array(Annotation),
  categories: z.array(z.object({ id: Id, name: z.string() })),
});

export async function recogniseInstances(folder: string): Promise<boolean> {
  const [file] = await filesOf(folder, 'instances_');
  if (file === undefined) return false;
  const head = await headOf(file);
  return /^\uFEFF?\s*\{/.test(head) && /"(images|annotations|categories)"\s*:\s*\[/.test(head);
}

/**
 * JSON files in a folder or in its `annotations`: those with COCO's name where there are any, else all.
 * @param prefix of the name, which says what kind of annotations are in it
 */
export async function filesOf(folder: string, prefix: string): Promise<string[]> {
  for (const place of [folder, join(folder, 'annotations')]) {
    const names = (await readdir(place).catch(() => [])).filter((name) => /\.json$/i.test(name) && !name.startsWith('.')).sort();
    const named = names.filter((name) => name.startsWith(prefix));
    const others = names.filter(
      (name) => !/^(panoptic|captions|labels|person_keypoints|image_info|stuff)_|^(classes|export)\.json$/.test(name),
    );
    if (named.length > 0 || others.length > 0) return (named.length > 0 ? named : others).map((name) => join(place, name));
  }
  return [];
}

export async function openInstances(folder: string, { rest }: { readonly rest?: number | null | undefined }): Promise<Source> {
  const files = await filesOf(folder, 'instances_');
  const sets = await Promise.all(files.map((file) => readJson(file, Instances)));
  const categories = new Map(sets.flatMap((set) => set.categories).map(({ id, name }) => [id, { number: id, name }]));
  const { list, ids } = numberClasses(files[0] ?? folder, [...categories.values()], FIRST_CATEGORY);
  const pieces = sets.flatMap((set, i): Piece[] => {
    const annotations = groupBy(set.annotations, ({ image_id }) => image_id);
    return set.images.map((image) => ({
      name: image.file_name,
      imageNames: [image.file_name, stemOf(image.file_name)],
      read: (size) => {
        checkSize(image.file_name, image, size);
        return Promise.resolve(paint(annotations.get(image.id) ?? [], ids, size, `${basename(files[i]!)}, ${image.file_name}`));
      },
    }));
  });
  return { classes: list, pieces, leftOut: [], rest: rest ?? null };
}

/** Crowds lie behind what is told apart; else later annotations go over earlier ones. */
function paint(annotations: readonly Annotation[], ids: ReadonlyMap<number, number>, size: Size, name: string): Uint8Array {
  const data = new Uint8Array(size.width * size.height).fill(IGNORE);
  for (const { category_id, segmentation } of annotations.toSorted((a, b) => b.iscrowd - a.iscrowd)) {
    const id = ids.get(category_id);
    if (id === undefined) throw unreadable(name, `there is no category ${category_id}`);
    if (!segmentation) continue;
    const shapes = Array.isArray(segmentation)
      ? segmentation.map((points) => polygonSpans(points, size))
      : [spansOfRle(segmentation, size, name)];
    for (const spans of shapes) paintSpans(data, size, spans, id);
  }
  return data;
}

function spansOfRle({ size: [height, width], counts }: z.infer<typeof Rle>, size: Size, name: string): Spans {
  checkSize(name, { width, height }, size);
  try {
    return spansOfCounts(typeof counts === 'string' ? countsOfText(counts) : counts, size);
  } catch (error) {
    throw error instanceof RangeError ? unreadable(name, error.message, error) : error;
  }
}
