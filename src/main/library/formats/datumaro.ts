import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { LabelClass } from '@shared/domain';
import { IGNORE, MAX_CLASSES } from '@shared/mask';
import { stemOf } from '../images/names';
import { reading, writing, type Format, type Piece, type Size, type Source, type Writer } from './base/format';
import { headOf, readJson, unreadable } from './base/json';
import { numberClasses } from './base/numbering';
import { restOption, shapesOption, withoutOption } from './base/options';
import { checkSize } from './base/sizes';
import { TextFile } from './base/text-file';
import { countsOf, countsOfText, spansOfCounts, textOfCounts } from './shapes/coco-rle';
import { paintSpans, polygonSpans } from './shapes/fill';
import { traceRegions } from './shapes/trace';

/** One JSON file of items, see https://openvinotoolkit.github.io/datumaro. */
export const datumaro: Format = {
  id: 'datumaro',
  name: 'Datumaro',
  about: 'One JSON file with polygons or run lengths of all regions, for Datumaro and what it converts to.',
  holds: { classes: MAX_CLASSES, holes: true, parts: true, unlabelled: true },
  write: writing({
    options: z.object({ shapes: shapesOption, without: withoutOption }),
    entries: { folders: ['annotations'], files: [] },
    begin: beginDatumaro,
  }),
  read: reading({ options: z.object({ rest: restOption }), recognise, open: openDatumaro }),
};

interface WriteOptions {
  readonly shapes: 'polygons' | 'rle';
  readonly without?: number | null | undefined;
}

async function beginDatumaro(folder: string, classes: readonly LabelClass[], { shapes, without }: WriteOptions): Promise<Writer> {
  await mkdir(join(folder, 'annotations'));
  const file = await TextFile.create(join(folder, 'annotations', 'default.json'));
  const written = classes.filter(({ id }) => id !== without);
  const labels = written.map(({ name }) => ({ name, parent: '', attributes: [] }));
  const indices = new Map(written.map(({ id }, i) => [id, i]));
  const head = { dm_format_version: '1.0', infos: {}, categories: { label: { labels, attributes: [] } } };
  await file.write(`${JSON.stringify(head).slice(0, -1)},"items":[`);
  let items = 0;
  return {
    add: async ({ path, name, width, height, data }) => {
      const size = { width, height };
      const annotations = traceRegions(data, size)
        .filter(({ classId }) => indices.has(classId))
        .map(({ classId, points }, id) => {
          const common = { id, attributes: {}, group: 0, label_id: indices.get(classId)!, z_order: 0 };
          if (shapes === 'polygons') return { ...common, type: 'polygon', points };
          const counts = textOfCounts(countsOf(polygonSpans(points, size), size), size);
          return { ...common, type: 'mask', rle: { counts, size: [height, width] } };
        });
      const item = { id: name, annotations, attr: {}, image: { path, size: [height, width] } };
      await file.write(`${items++ > 0 ? ',' : ''}\n${JSON.stringify(item)}`);
    },
    end: () => file.end('\n]}\n'),
  };
}

const Count = z.number().int().nonnegative();
const Annotation = z.object({
  type: z.string(),
  label_id: Count.nullish(),
  z_order: z.number().default(0),
  points: z.array(z.number()).optional(),
  rle: z.object({ counts: z.union([z.string(), z.array(z.number())]), size: z.tuple([Count, Count]) }).optional(),
});
type Annotation = z.infer<typeof Annotation>;
const Items = z.object({
  categories: z.object({ label: z.object({ labels: z.array(z.object({ name: z.string() })) }) }),
  items: z.array(
    z.object({
      id: z.string(),
      annotations: z.array(Annotation),
      image: z.object({ path: z.string().optional(), size: z.tuple([Count, Count]).optional() }).optional(),
    }),
  ),
});

async function filesOf(folder: string): Promise<string[]> {
  for (const place of [join(folder, 'annotations'), folder]) {
    const names = await readdir(place).catch(() => []);
    const found = names.filter((name) => /\.json$/i.test(name) && !/^(classes|export)\.json$/.test(name)).sort();
    if (found.length > 0) return found.map((name) => join(place, name));
  }
  return [];
}

async function recognise(folder: string): Promise<boolean> {
  const [file] = await filesOf(folder);
  return file !== undefined && /"dm_format_version"|"categories"\s*:\s*\{\s*"label"/.test(await headOf(file));
}

async function openDatumaro(folder: string, { rest }: { readonly rest?: number | null | undefined }): Promise<Source> {
  const files = await filesOf(folder);
  const sets = await Promise.all(files.map((file) => readJson(file, Items)));
  const names = [...new Set(sets.flatMap((set) => set.categories.label.labels.map(({ name }) => name)))];
  const { list } = numberClasses(
    files[0] ?? folder,
    names.map((name, number) => ({ name, number })),
  );
  const pieces = sets.flatMap((set): Piece[] => {
    const numbers = set.categories.label.labels.map(({ name }) => names.indexOf(name));
    return set.items.map(({ id, annotations, image }) => ({
      name: id,
      imageNames: [...(image?.path ? [image.path] : []), id, ...(image?.path ? [stemOf(image.path)] : [])],
      read: (size) => {
        if (image?.size) checkSize(id, { height: image.size[0], width: image.size[1] }, size);
        return Promise.resolve(paint(annotations, numbers, size, id));
      },
    }));
  });
  return { classes: list, pieces, leftOut: [], rest: rest ?? null };
}

/** Those in front go over those behind. */
function paint(annotations: readonly Annotation[], numbers: readonly number[], size: Size, name: string): Uint8Array {
  const data = new Uint8Array(size.width * size.height).fill(IGNORE);
  for (const { label_id, points, rle, type } of annotations.toSorted((a, b) => a.z_order - b.z_order)) {
    if (label_id === null || label_id === undefined || (type !== 'mask' && type !== 'polygon')) continue;
    const number = numbers[label_id];
    if (number === undefined) throw unreadable(name, `there is no label ${label_id}`);
    if (type === 'polygon' && points) paintSpans(data, size, polygonSpans(points, size), number);
    if (type !== 'mask' || !rle) continue;
    checkSize(name, { height: rle.size[0], width: rle.size[1] }, size);
    try {
      const counts = typeof rle.counts === 'string' ? countsOfText(rle.counts) : rle.counts;
      paintSpans(data, size, spansOfCounts(counts, size), number);
    } catch (error) {
      throw error instanceof RangeError ? unreadable(name, error.message, error) : error;
    }
  }
  return data;
}
